-- CreateEnum
CREATE TYPE "proration" AS ENUM ('CALENDAR_DAYS', 'WEEKDAYS', 'THIRTIETHS');

-- CreateTable
CREATE TABLE "company" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "proration" "proration" NOT NULL DEFAULT 'CALENDAR_DAYS',
    "require_second_admin" BOOLEAN NOT NULL DEFAULT false,
    "bank_holder" TEXT,
    "bank_country" TEXT,
    "bank_last_four" TEXT,
    "bank_account_sealed" BYTEA,

    CONSTRAINT "company_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "employments" (
    "employee_id" UUID NOT NULL,
    "started_on" DATE NOT NULL,
    "ended_on" DATE,

    CONSTRAINT "employments_pkey" PRIMARY KEY ("employee_id","started_on")
);

-- AddForeignKey
ALTER TABLE "employments" ADD CONSTRAINT "employments_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "employees"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;


-- What Prisma's schema cannot say.

-- One company in a database.
ALTER TABLE "company"
    ADD CONSTRAINT "company_only_one_check" CHECK ("id"),
    ADD CONSTRAINT "company_version_check" CHECK ("version" > 0),
    ADD CONSTRAINT "company_bank_check"
        CHECK (num_nonnulls("bank_holder", "bank_country", "bank_last_four", "bank_account_sealed") IN (0, 4));

ALTER TABLE "employments"
    ADD CONSTRAINT "employments_days_check" CHECK ("ended_on" >= "started_on"),
    ADD CONSTRAINT "employments_days_excl" EXCLUDE USING gist (
        "employee_id" WITH =,
        daterange("started_on", "ended_on", '[]') WITH &&
    );

INSERT INTO "employments" ("employee_id", "started_on", "ended_on")
SELECT "id", "hired_on", "terminated_on" FROM "employees";

-- The newest employment is in the employee's row, too: a payment that waits for the row's lock sees it as it is then.
-- Whoever writes the row writes the employment with it. A first day after the last employment begins another one.
CREATE FUNCTION "keep_newest_employment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD."terminated_on" IS NULL OR NEW."hired_on" <= OLD."terminated_on") THEN
        UPDATE "employments" SET "started_on" = NEW."hired_on", "ended_on" = NEW."terminated_on"
        WHERE "employee_id" = NEW."id" AND "started_on" = OLD."hired_on";
    ELSE
        INSERT INTO "employments" ("employee_id", "started_on", "ended_on")
        VALUES (NEW."id", NEW."hired_on", NEW."terminated_on");
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER "employees_newest_employment" AFTER INSERT ON "employees"
    FOR EACH ROW EXECUTE FUNCTION "keep_newest_employment"();
CREATE TRIGGER "employees_newest_employment_changed" AFTER UPDATE OF "hired_on", "terminated_on" ON "employees"
    FOR EACH ROW WHEN ((OLD."hired_on", OLD."terminated_on") IS DISTINCT FROM (NEW."hired_on", NEW."terminated_on"))
    EXECUTE FUNCTION "keep_newest_employment"();
