-- Who leaves soon, and who has no bank account: docs/decisions/filters.md.

CREATE INDEX "employees_terminated_on_id_idx" ON "employees"("terminated_on", "id");

CREATE INDEX "employees_without_account_idx" ON "employees"("id") WHERE "bank_holder" IS NULL;
