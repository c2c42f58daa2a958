-- Keys that begin with the employee, so that these tables can be divided by employee later: over hash partitions, or over the
-- nodes of Citus. Every unique key of a divided table has to contain the column by which it is divided. See
-- docs/decisions/keys-by-employee.md.

-- What refers to the keys that change.
ALTER TABLE "payments" DROP CONSTRAINT "payments_replaces_fkey";
ALTER TABLE "idempotency_records" DROP CONSTRAINT "idempotency_records_payment_id_fkey";

-- Payments and salary changes. An id is still found by itself: by an index that is not unique, since a unique one could not
-- be kept over partitions. Ids are version 7 UUIDs, which differ by themselves.
ALTER TABLE "payments"
    DROP CONSTRAINT "payments_pkey",
    ADD CONSTRAINT "payments_pkey" PRIMARY KEY ("employee_id", "id");
CREATE INDEX "payments_id_idx" ON "payments"("id");

ALTER TABLE "salary_changes"
    DROP CONSTRAINT "salary_changes_pkey",
    ADD CONSTRAINT "salary_changes_pkey" PRIMARY KEY ("employee_id", "id");
CREATE INDEX "salary_changes_id_idx" ON "salary_changes"("id");

-- A payment replaces one of the same employee, and each is replaced once.
DROP INDEX "payments_replaces_key";
CREATE UNIQUE INDEX "payments_employee_id_replaces_key" ON "payments"("employee_id", "replaces");
ALTER TABLE "payments" ADD CONSTRAINT "payments_employee_id_replaces_fkey"
    FOREIGN KEY ("employee_id", "replaces") REFERENCES "payments"("employee_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;
-- By what it replaces, a payment is found without its employee, too. Few payments replace one.
CREATE INDEX "payments_replaces_idx" ON "payments"("replaces") WHERE "replaces" IS NOT NULL;

-- Idempotency records name the employee of their payment.
ALTER TABLE "idempotency_records" ADD COLUMN "employee_id" UUID;
UPDATE "idempotency_records" i SET "employee_id" = p."employee_id" FROM "payments" p WHERE p."id" = i."payment_id";
ALTER TABLE "idempotency_records"
    ALTER COLUMN "employee_id" SET NOT NULL,
    ADD CONSTRAINT "idempotency_records_employee_id_payment_id_fkey" FOREIGN KEY ("employee_id", "payment_id")
        REFERENCES "payments"("employee_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- No key ever changes, so nothing has to follow one. A divided table refuses ON UPDATE CASCADE.
DO $$
DECLARE
    key record;
BEGIN
    FOR key IN
        SELECT conrelid::regclass AS "table", conname, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint WHERE contype = 'f' AND confupdtype = 'c' AND connamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s',
            key."table", key.conname, key.conname, replace(key.definition, ' ON UPDATE CASCADE', ''));
    END LOOP;
END
$$;

-- A statement on a partition does not run the statement triggers of its table; the row triggers are on every partition.
-- TRUNCATE has no row triggers.
DROP TRIGGER "payments_kept" ON "payments";
DROP TRIGGER "audit_entries_kept" ON "audit_entries";
DROP TRIGGER "salary_changes_kept" ON "salary_changes";
CREATE TRIGGER "payments_kept" BEFORE DELETE ON "payments"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_entries_kept" BEFORE UPDATE OR DELETE ON "audit_entries"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "salary_changes_kept" BEFORE UPDATE OR DELETE ON "salary_changes"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "payments_not_truncated" BEFORE TRUNCATE ON "payments"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_entries_not_truncated" BEFORE TRUNCATE ON "audit_entries"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "salary_changes_not_truncated" BEFORE TRUNCATE ON "salary_changes"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Email addresses are unique over all employees, which an index of a divided table could not say. A trigger keeps the table
-- as the employees are, whoever writes them. Its key has the name that the index had.
DROP INDEX "employees_email_key";
CREATE TABLE "employee_emails" (
    "email_key" TEXT NOT NULL,
    "employee_id" UUID NOT NULL,

    CONSTRAINT "employees_email_key" PRIMARY KEY ("email_key")
);
INSERT INTO "employee_emails" ("email_key", "employee_id") SELECT lower("email"), "id" FROM "employees";
CREATE UNIQUE INDEX "employee_emails_employee_id_key" ON "employee_emails"("employee_id");
ALTER TABLE "employee_emails" ADD CONSTRAINT "employee_emails_employee_id_fkey"
    FOREIGN KEY ("employee_id") REFERENCES "employees"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

CREATE FUNCTION "keep_employee_email"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO "employee_emails" ("email_key", "employee_id") VALUES (lower(NEW."email"), NEW."id");
    ELSIF lower(NEW."email") <> lower(OLD."email") THEN
        UPDATE "employee_emails" SET "email_key" = lower(NEW."email") WHERE "employee_id" = NEW."id";
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "employees_email_kept" AFTER INSERT OR UPDATE OF "email" ON "employees"
    FOR EACH ROW EXECUTE FUNCTION "keep_employee_email"();
