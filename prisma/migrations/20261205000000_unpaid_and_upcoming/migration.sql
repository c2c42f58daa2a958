-- Who has no salary payment for some day of a period, and who has not come yet: docs/decisions/filters.md.

-- The API has never taken a longer one. A payment that is for a day of a period ends within this time after it, so that the
-- index below is read between two of its entries.
ALTER TABLE "payments" ADD CONSTRAINT "payments_period_length_check" CHECK ("period_end" - "period_start" < 366);

CREATE INDEX "payments_salary_period_idx" ON "payments"("period_end", "period_start", "employee_id")
    WHERE "kind" = 'SALARY' AND "voided_at" IS NULL;

CREATE INDEX "employees_hired_on_id_idx" ON "employees"("hired_on", "id");
