-- CreateEnum
CREATE TYPE "pay_run_kind" AS ENUM ('REGULAR', 'OFF_CYCLE');

-- CreateEnum
CREATE TYPE "pay_component_kind" AS ENUM ('EARNING', 'REIMBURSEMENT', 'DEDUCTION', 'EMPLOYER_CONTRIBUTION');

-- CreateEnum
CREATE TYPE "cap_period" AS ENUM ('PAY_RUN', 'YEAR', 'TOTAL');

-- CreateEnum
CREATE TYPE "pay_line_source" AS ENUM ('COMPUTED', 'ENTERED', 'IMPORTED', 'CARRIED_FORWARD');

-- CreateEnum
CREATE TYPE "pay_run_notice_code" AS ENUM ('NO_BANK_ACCOUNT', 'ALREADY_PAID', 'NEGATIVE_NET', 'NO_UNITS', 'CURRENCY_MISMATCH', 'NEW_BANK_ACCOUNT', 'FIRST_PAY', 'LAST_PAY', 'LARGE_CHANGE', 'ZERO_NET', 'CARRIED_FORWARD', 'ZERO_DAYS');

-- CreateTable
CREATE TABLE "pay_components" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "pay_component_kind" NOT NULL,
    "prorated" BOOLEAN NOT NULL,
    "ledger_account" TEXT,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "pay_components_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "employee_components" (
    "id" UUID NOT NULL,
    "employee_id" UUID NOT NULL,
    "component_id" UUID NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "currency" TEXT,
    "amount_minor" BIGINT,
    "percent" DECIMAL(9,4),
    "percent_of" UUID[] NOT NULL DEFAULT ARRAY[]::UUID[],
    "rate_minor" BIGINT,
    "cap_minor" BIGINT,
    "cap_per" "cap_period",
    "priority" INTEGER NOT NULL,

    CONSTRAINT "employee_components_pkey" PRIMARY KEY ("employee_id","id")
);

-- AlterTable
ALTER TABLE "pay_runs"
    ADD COLUMN "kind" "pay_run_kind" NOT NULL DEFAULT 'REGULAR',
    ADD COLUMN "reason" TEXT,
    ADD COLUMN "proration" "proration" NOT NULL DEFAULT 'CALENDAR_DAYS',
    ADD COLUMN "everybody" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "content_hash" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "edited_by" UUID[] NOT NULL DEFAULT ARRAY[]::UUID[],
    ADD COLUMN "computed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "idempotency_key" TEXT,
    ADD COLUMN "input_hash" BYTEA;

-- CreateTable
CREATE TABLE "pay_run_members" (
    "pay_run_id" UUID NOT NULL,
    "employee_id" UUID NOT NULL,
    "included" BOOLEAN NOT NULL,

    CONSTRAINT "pay_run_members_pkey" PRIMARY KEY ("pay_run_id","employee_id")
);

-- CreateTable
CREATE TABLE "pay_run_entries" (
    "id" UUID NOT NULL,
    "pay_run_id" UUID NOT NULL,
    "employee_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "excluded" BOOLEAN NOT NULL,
    "currency" TEXT,
    "amount_minor" BIGINT,
    "units" DECIMAL(12,4),
    "note" TEXT,
    "source" "pay_line_source" NOT NULL,

    CONSTRAINT "pay_run_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pay_run_items" (
    "id" UUID NOT NULL,
    "pay_run_id" UUID NOT NULL,
    "employee_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "gross_minor" BIGINT NOT NULL,
    "reimbursements_minor" BIGINT NOT NULL,
    "deductions_minor" BIGINT NOT NULL,
    "contributions_minor" BIGINT NOT NULL,
    "net_minor" BIGINT NOT NULL,
    "missing_minor" BIGINT NOT NULL,
    "employer_cost_minor" BIGINT NOT NULL,
    "payment_kind" "payment_kind" NOT NULL,
    "pays_from" DATE,
    "pays_to" DATE,
    "account_mark" BYTEA,
    "hash" BYTEA NOT NULL,
    "payment_id" UUID,

    CONSTRAINT "pay_run_items_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pay_lines" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "pay_component_kind" NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "carried_minor" BIGINT NOT NULL,
    "source" "pay_line_source" NOT NULL,
    "period_start" DATE,
    "period_end" DATE,
    "units" DECIMAL(12,4),
    "rate_minor" BIGINT,
    "note" TEXT,
    "entry_id" UUID,
    "employee_component_id" UUID,
    "corrects_item_id" UUID,

    CONSTRAINT "pay_lines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pay_run_notices" (
    "id" UUID NOT NULL,
    "pay_run_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "employee_id" UUID NOT NULL,
    "code" "pay_run_notice_code" NOT NULL,
    "is_blocker" BOOLEAN NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "pay_run_notices_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "pay_components_code_key" ON "pay_components"("code");

-- CreateIndex
CREATE INDEX "employee_components_id_idx" ON "employee_components"("id");

-- CreateIndex
CREATE UNIQUE INDEX "pay_runs_drafted_by_idempotency_key_key" ON "pay_runs"("drafted_by", "idempotency_key");

-- CreateIndex
CREATE INDEX "pay_runs_pay_date_id_idx" ON "pay_runs"("pay_date" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "pay_run_entries_pay_run_id_employee_id_idx" ON "pay_run_entries"("pay_run_id", "employee_id");

-- CreateIndex
CREATE UNIQUE INDEX "pay_run_items_pay_run_id_employee_id_key" ON "pay_run_items"("pay_run_id", "employee_id");

-- CreateIndex
CREATE INDEX "pay_run_items_employee_id_idx" ON "pay_run_items"("employee_id");

-- CreateIndex
CREATE INDEX "pay_lines_item_id_position_idx" ON "pay_lines"("item_id", "position");

-- CreateIndex
CREATE INDEX "pay_run_notices_pay_run_id_is_blocker_id_idx" ON "pay_run_notices"("pay_run_id", "is_blocker", "id");

-- CreateIndex
CREATE INDEX "pay_run_notices_item_id_idx" ON "pay_run_notices"("item_id");

-- AddForeignKey
ALTER TABLE "employee_components" ADD CONSTRAINT "employee_components_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "employees"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "employee_components" ADD CONSTRAINT "employee_components_component_id_fkey" FOREIGN KEY ("component_id") REFERENCES "pay_components"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_members" ADD CONSTRAINT "pay_run_members_pay_run_id_fkey" FOREIGN KEY ("pay_run_id") REFERENCES "pay_runs"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_members" ADD CONSTRAINT "pay_run_members_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "employees"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_entries" ADD CONSTRAINT "pay_run_entries_pay_run_id_fkey" FOREIGN KEY ("pay_run_id") REFERENCES "pay_runs"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_entries" ADD CONSTRAINT "pay_run_entries_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "employees"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_items" ADD CONSTRAINT "pay_run_items_pay_run_id_fkey" FOREIGN KEY ("pay_run_id") REFERENCES "pay_runs"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_items" ADD CONSTRAINT "pay_run_items_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "employees"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_items" ADD CONSTRAINT "pay_run_items_employee_id_payment_id_fkey" FOREIGN KEY ("employee_id", "payment_id") REFERENCES "payments"("employee_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_lines" ADD CONSTRAINT "pay_lines_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "pay_run_items"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_notices" ADD CONSTRAINT "pay_run_notices_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "pay_run_items"("id") ON DELETE CASCADE ON UPDATE NO ACTION;


-- What Prisma's schema cannot say.

-- Two pairs of eyes, unless a company decides otherwise.
ALTER TABLE "company" ALTER COLUMN "require_second_admin" SET DEFAULT true;
UPDATE "company" SET "require_second_admin" = true;

ALTER TABLE "pay_components"
    ADD CONSTRAINT "pay_components_version_check" CHECK ("version" > 0),
    ADD CONSTRAINT "pay_components_code_check" CHECK ("code" ~ '^[A-Z][A-Z0-9_]{0,29}$');

ALTER TABLE "employee_components"
    ADD CONSTRAINT "employee_components_days_check" CHECK ("effective_to" >= "effective_from"),
    -- Exactly one way in which the amount comes about.
    ADD CONSTRAINT "employee_components_way_check" CHECK (num_nonnulls("amount_minor", "percent", "rate_minor") = 1),
    ADD CONSTRAINT "employee_components_currency_check"
        CHECK (("currency" IS NOT NULL) = (num_nonnulls("amount_minor", "rate_minor", "cap_minor") > 0)),
    ADD CONSTRAINT "employee_components_cap_check" CHECK (("cap_minor" IS NULL) = ("cap_per" IS NULL)),
    ADD CONSTRAINT "employee_components_positive_check"
        CHECK (least("amount_minor", "percent", "rate_minor", "cap_minor") > 0),
    ADD CONSTRAINT "employee_components_days_excl" EXCLUDE USING gist (
        "employee_id" WITH =, "component_id" WITH =, daterange("effective_from", "effective_to", '[]') WITH &&
    );

ALTER TABLE "pay_runs"
    ADD CONSTRAINT "pay_runs_reason_check" CHECK ("kind" = 'REGULAR' OR "reason" IS NOT NULL),
    ADD CONSTRAINT "pay_runs_approved_check"
        CHECK (("status" IN ('APPROVED', 'ISSUED')) = ("approved_by" IS NOT NULL) AND num_nonnulls("approved_by", "approved_at") <> 1),
    ADD CONSTRAINT "pay_runs_issued_check"
        CHECK (("status" = 'ISSUED') = ("issued_by" IS NOT NULL) AND num_nonnulls("issued_by", "issued_at") <> 1),
    ADD CONSTRAINT "pay_runs_idempotency_check" CHECK (num_nonnulls("idempotency_key", "input_hash") <> 1);

-- The sums of a pay run's item: of its lines, by kind. What deductions take beyond the rest is missing, and blocks the run.
ALTER TABLE "pay_run_items"
    ADD CONSTRAINT "pay_run_items_not_negative_check"
        CHECK (least("gross_minor", "reimbursements_minor", "deductions_minor", "contributions_minor", "net_minor", "missing_minor") >= 0),
    ADD CONSTRAINT "pay_run_items_net_check"
        CHECK ("net_minor" = "gross_minor" + "reimbursements_minor" - "deductions_minor" + "missing_minor"),
    ADD CONSTRAINT "pay_run_items_missing_check" CHECK ("missing_minor" = 0 OR "net_minor" = 0 AND "payment_id" IS NULL),
    ADD CONSTRAINT "pay_run_items_employer_cost_check"
        CHECK ("employer_cost_minor" = "gross_minor" + "reimbursements_minor" + "contributions_minor");

ALTER TABLE "pay_lines"
    ADD CONSTRAINT "pay_lines_amount_check" CHECK ("amount_minor" >= 0 AND "carried_minor" >= 0),
    ADD CONSTRAINT "pay_lines_carried_check" CHECK ("carried_minor" = 0 OR "kind" = 'DEDUCTION');

ALTER TABLE "pay_run_entries"
    ADD CONSTRAINT "pay_run_entries_way_check" CHECK (num_nonnulls("amount_minor", "units") = CASE WHEN "excluded" THEN 0 ELSE 1 END),
    ADD CONSTRAINT "pay_run_entries_currency_check" CHECK (("currency" IS NULL) = ("amount_minor" IS NULL));
-- One entry, and one exclusion, of an employee and a code.
CREATE UNIQUE INDEX "pay_run_entries_code_key" ON "pay_run_entries" ("pay_run_id", "employee_id", "code", "excluded");

-- What a pay run has issued is kept as it was issued.
CREATE FUNCTION "refuse_change_of_issued_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD."status" IN ('ISSUED', 'CANCELLED') THEN
        RAISE EXCEPTION 'a pay run is never changed after it was issued or cancelled' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER "pay_runs_kept" BEFORE UPDATE OR DELETE ON "pay_runs"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_issued_run"();

CREATE FUNCTION "refuse_change_of_paid_item"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT "status" FROM "pay_runs" WHERE "id" = OLD."pay_run_id") IN ('ISSUED', 'CANCELLED') THEN
        RAISE EXCEPTION 'an item of a pay run is never changed after the run was issued or cancelled'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER "pay_run_items_kept" BEFORE UPDATE OR DELETE ON "pay_run_items"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_paid_item"();

CREATE FUNCTION "refuse_change_of_paid_line"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT r."status" FROM "pay_run_items" i JOIN "pay_runs" r ON r."id" = i."pay_run_id" WHERE i."id" = OLD."item_id")
        IN ('ISSUED', 'CANCELLED')
    THEN
        RAISE EXCEPTION 'a line of a pay run is never changed after the run was issued or cancelled'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER "pay_lines_kept" BEFORE UPDATE OR DELETE ON "pay_lines"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_paid_line"();
