-- The plan page shows the latest changes of what becomes of listings: few of all that a shop ever changed.
CREATE INDEX "Change_plan_end" ON "Change"("shopId", "id") WHERE setting = 'plan-end';
