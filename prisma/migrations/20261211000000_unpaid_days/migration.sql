-- The days of employments that no salary was paid for: docs/decisions/filters.md. Who lacks a salary in a period is found by these,
-- and not by comparing everybody with all payments.

-- CreateTable
CREATE TABLE "unpaid_days" (
    "employee_id" UUID NOT NULL,
    "first_day" DATE NOT NULL,
    "last_day" DATE,

    CONSTRAINT "unpaid_days_pkey" PRIMARY KEY ("employee_id","first_day")
);

-- AddForeignKey
ALTER TABLE "unpaid_days" ADD CONSTRAINT "unpaid_days_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "employees"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;


-- What Prisma's schema cannot say.

ALTER TABLE "unpaid_days" ADD CONSTRAINT "unpaid_days_check" CHECK ("last_day" >= "first_day");

-- What the table holds, worked out of the employments, the payments and the withheld salaries.
CREATE VIEW "unpaid_days_of_record" AS
WITH "paid" AS (
    -- The kind is compared as text so that one employee's are always looked up by the employee, and never by the kind.
    SELECT "employee_id", "period_start" AS "first_day", "period_end" AS "last_day"
        FROM "payments" WHERE "kind"::text = 'SALARY' AND "voided_at" IS NULL
    UNION ALL
    SELECT i."employee_id", i."pays_from", i."pays_to"
        FROM "pay_run_items" i JOIN "pay_runs" r ON r."id" = i."pay_run_id" AND r."status" = 'ISSUED'
        WHERE i."net_minor" = 0 AND i."pays_from" IS NOT NULL
), "piece" AS (
    SELECT m."employee_id", m."started_on", greatest(p."first_day", m."started_on") AS "first_day",
            least(p."last_day", m."ended_on") AS "last_day"
        FROM "employments" m JOIN "paid" p ON p."employee_id" = m."employee_id"
            AND (m."ended_on" IS NULL OR p."first_day" <= m."ended_on") AND p."last_day" >= m."started_on"
    UNION ALL
    -- After the last day nothing is owed.
    SELECT "employee_id", "started_on", coalesce("ended_on" + 1, 'infinity'), NULL FROM "employments"
), "gap" AS (
    SELECT "employee_id",
        coalesce(lag("last_day") OVER (PARTITION BY "employee_id", "started_on" ORDER BY "first_day") + 1, "started_on") AS "first_day",
        nullif("first_day", 'infinity') - 1 AS "last_day"
    FROM "piece"
)
SELECT "employee_id", "first_day", "last_day" FROM "gap" WHERE "last_day" IS NULL OR "last_day" >= "first_day";

INSERT INTO "unpaid_days" ("employee_id", "first_day", "last_day")
    SELECT "employee_id", "first_day", "last_day" FROM "unpaid_days_of_record";

CREATE INDEX "unpaid_days_idx" ON "unpaid_days" USING gist (daterange("first_day", "last_day", '[]'));
-- Months end on the same days for everybody: with few statistics, nobody looks like one in a hundred.
ALTER INDEX "unpaid_days_idx" ALTER COLUMN 1 SET STATISTICS 1000;

-- One transaction at a time changes the days of an employee, and sees what the one before it has committed.
CREATE FUNCTION "mark_days_paid"("payee" uuid, "paid_from" date, "paid_to" date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    "gap" "unpaid_days";
BEGIN
    PERFORM FROM "employees" WHERE "id" = "payee" FOR NO KEY UPDATE;
    FOR "gap" IN
        SELECT * FROM "unpaid_days" u
        WHERE u."employee_id" = "payee" AND u."first_day" <= "paid_to" AND (u."last_day" IS NULL OR u."last_day" >= "paid_from")
    LOOP
        IF "gap"."last_day" IS NULL OR "gap"."last_day" > "paid_to" THEN
            UPDATE "unpaid_days" u SET "first_day" = "paid_to" + 1
                WHERE u."employee_id" = "payee" AND u."first_day" = "gap"."first_day";
            IF "gap"."first_day" < "paid_from" THEN
                INSERT INTO "unpaid_days" ("employee_id", "first_day", "last_day")
                    VALUES ("payee", "gap"."first_day", "paid_from" - 1);
            END IF;
        ELSIF "gap"."first_day" < "paid_from" THEN
            UPDATE "unpaid_days" u SET "last_day" = "paid_from" - 1
                WHERE u."employee_id" = "payee" AND u."first_day" = "gap"."first_day";
        ELSE
            DELETE FROM "unpaid_days" u WHERE u."employee_id" = "payee" AND u."first_day" = "gap"."first_day";
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION "renew_unpaid_days"("payee" uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM "employees" WHERE "id" = "payee" FOR NO KEY UPDATE;
    DELETE FROM "unpaid_days" WHERE "employee_id" = "payee";
    INSERT INTO "unpaid_days" ("employee_id", "first_day", "last_day")
        SELECT "employee_id", "first_day", "last_day" FROM "unpaid_days_of_record" WHERE "employee_id" = "payee";
END
$$;

CREATE FUNCTION "keep_unpaid_days_of_payment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM mark_days_paid(NEW."employee_id", NEW."period_start", NEW."period_end");
    ELSE
        PERFORM renew_unpaid_days(NEW."employee_id");
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "payments_pay_days" AFTER INSERT ON "payments"
    FOR EACH ROW WHEN (NEW."kind" = 'SALARY' AND NEW."voided_at" IS NULL) EXECUTE FUNCTION "keep_unpaid_days_of_payment"();
CREATE TRIGGER "payments_voided_days" AFTER UPDATE ON "payments"
    FOR EACH ROW WHEN (NEW."kind" = 'SALARY' AND OLD."voided_at" IS NULL AND NEW."voided_at" IS NOT NULL)
    EXECUTE FUNCTION "keep_unpaid_days_of_payment"();

CREATE FUNCTION "keep_unpaid_days_of_employment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM renew_unpaid_days(CASE TG_OP WHEN 'DELETE' THEN OLD."employee_id" ELSE NEW."employee_id" END);
    RETURN NULL;
END
$$;
CREATE TRIGGER "employments_unpaid_days" AFTER INSERT OR UPDATE OR DELETE ON "employments"
    FOR EACH ROW EXECUTE FUNCTION "keep_unpaid_days_of_employment"();

CREATE FUNCTION "keep_unpaid_days_of_pay_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mark_days_paid(i."employee_id", i."pays_from", i."pays_to")
        FROM "pay_run_items" i
        WHERE i."pay_run_id" = NEW."id" AND i."net_minor" = 0 AND i."pays_from" IS NOT NULL
        ORDER BY i."employee_id";
    RETURN NULL;
END
$$;
CREATE TRIGGER "pay_runs_withheld_days" AFTER UPDATE ON "pay_runs"
    FOR EACH ROW WHEN (NEW."status" = 'ISSUED' AND OLD."status" <> 'ISSUED') EXECUTE FUNCTION "keep_unpaid_days_of_pay_run"();

-- No query looks for the payments of a period any more.
DROP INDEX "payments_salary_period_idx";
