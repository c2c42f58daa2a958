-- What had been paid for an item's days when its correction was computed: the correction is issued only while that holds.
ALTER TABLE "pay_lines" ADD COLUMN "corrects_paid_minor" BIGINT;


-- What Prisma's schema cannot say.

-- Each item has a payment of its own.
ALTER TABLE "pay_run_items" ADD CONSTRAINT "pay_run_items_payment_check" CHECK ("payment_id" = "id");

-- Only a draft takes items and lines, and once a pay run is approved, they stay as they were approved: being issued gives an item
-- its payment, and changes nothing else.
CREATE OR REPLACE FUNCTION "refuse_change_of_paid_item"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "found" "pay_run_status" := (SELECT "status" FROM "pay_runs" WHERE "id" = OLD."pay_run_id");
BEGIN
    IF "found" <> 'DRAFT' THEN
        IF TG_OP = 'UPDATE' AND "found" = 'APPROVED' AND OLD."payment_id" IS NULL THEN
            OLD."payment_id" := NEW."payment_id";
            IF OLD = NEW THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'an item of a pay run is never changed after the run was approved'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE OR REPLACE FUNCTION "refuse_change_of_paid_line"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT r."status" FROM "pay_run_items" i JOIN "pay_runs" r ON r."id" = i."pay_run_id" WHERE i."id" = OLD."item_id")
        <> 'DRAFT'
    THEN
        RAISE EXCEPTION 'a line of a pay run is never changed after the run was approved'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

-- Also what an UPDATE moves to another run or item. By the statement: a draft writes thousands of them at a time.
CREATE FUNCTION "refuse_items_of_frozen_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM "written" w JOIN "pay_runs" r ON r."id" = w."pay_run_id" WHERE r."status" <> 'DRAFT') THEN
        RAISE EXCEPTION 'a pay run takes no items after it was approved' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "pay_run_items_of_draft" AFTER INSERT ON "pay_run_items"
    REFERENCING NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_items_of_frozen_run"();

CREATE FUNCTION "refuse_lines_of_frozen_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM "written" w JOIN "pay_run_items" i ON i."id" = w."item_id"
            JOIN "pay_runs" r ON r."id" = i."pay_run_id" WHERE r."status" <> 'DRAFT') THEN
        RAISE EXCEPTION 'a pay run takes no lines after it was approved' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "pay_lines_of_draft" AFTER INSERT ON "pay_lines"
    REFERENCING NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_lines_of_frozen_run"();
CREATE TRIGGER "pay_lines_moved" AFTER UPDATE ON "pay_lines"
    REFERENCING NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_lines_of_frozen_run"();
