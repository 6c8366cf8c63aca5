/** Whether the unit tests that a mutant names catch it. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MUTANT_VARIABLE } from "./patch-plugin.ts";
import { REPOSITORY } from "./patches.ts";

interface TestRun {
  /** Full names of the tests that failed. */
  failed: string[];
  /** Why this says nothing: files that could not be loaded, or no test at all. Null: it does. */
  broken: string | null;
}

/** What is read of vitest's JSON report. */
interface Report {
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

const RUN_MS_MAX = 10 * 60_000;

/** Runs the files with the mutant put in; null: with the code as it is. Throws where vitest gives no report. */
export async function runUnitTests(files: readonly string[], mutant: string | null): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-unit-"));
  const reportFile = join(folder, "report.json");
  try {
    const child = spawn(
      process.execPath,
      [
        join(REPOSITORY, "node_modules/vitest/vitest.mjs"),
        ...["run", "--project", "unit", "--reporter", "json", "--outputFile", reportFile, ...files],
      ],
      {
        cwd: REPOSITORY,
        env: { ...process.env, [MUTANT_VARIABLE]: mutant ?? "" },
        stdio: ["ignore", "ignore", "pipe"],
        timeout: RUN_MS_MAX,
      },
    );
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
    const code = await new Promise((done, failed) => child.once("error", failed).once("close", done));
    if (code !== 0 && code !== 1) throw new Error(complaints.trim() || `vitest ended with ${code}`);
    return readReport(readFileSync(reportFile, "utf8"), complaints);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(text: string, complaints: string): TestRun {
  const { testResults } = JSON.parse(text) as Report;
  const unloaded = testResults.find((file) => file.assertionResults.length === 0);
  const broken = testResults.length === 0 ? complaints.trim() || "no test was found" : unloaded?.message;
  return {
    failed: testResults.flatMap((file) =>
      file.assertionResults.filter((one) => one.status === "failed").map((one) => one.fullName),
    ),
    broken: broken === undefined ? null : broken || `${unloaded?.name} has no test`,
  };
}
