# One image for the web and the worker process: `docker build -t lockstep . && docker run --env-file .env -p 3000:3000 -v lockstep:/data lockstep`.
# With no DATABASE_URL the web process keeps the embedded database in /data.
FROM node:24-slim AS build
WORKDIR /app
# Dependencies first: they change less often than the code. `prepare` makes the Prisma client out of the schema.
COPY package.json package-lock.json .npmrc prisma.config.ts ./
COPY prisma ./prisma
# The admin extensions are workspaces of the same lock file.
COPY extensions/product-listings/package.json extensions/product-listings/
RUN npm ci
COPY . .
RUN npm run build
# The image's own Node runs the app; the `node` package is there for machines with another one.
RUN npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 LOCKSTEP_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma/migrations ./prisma/migrations
COPY --from=build /app/build ./build
COPY --from=build /app/connectors ./connectors
COPY --from=build /app/app ./app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "app/server.ts"]
