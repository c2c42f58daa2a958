-- A pay run whose deductions take a whole salary makes no payment, so that the exclusion constraint on payments does not know of
-- its days. No salary payment is made for them: docs/pay-runs.md.

-- Of the many items, the few that pay nothing.
CREATE INDEX "pay_run_items_withheld_idx" ON "pay_run_items"("employee_id")
    WHERE "net_minor" = 0 AND "pays_from" IS NOT NULL;

-- Whoever pays has the lock of the employee's row before this looks: what another transaction has issued is seen here.
CREATE FUNCTION "refuse_withheld_days"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM "pay_run_items" i JOIN "pay_runs" r ON r."id" = i."pay_run_id" AND r."status" = 'ISSUED'
        WHERE i."employee_id" = NEW."employee_id" AND i."net_minor" = 0 AND i."pays_from" IS NOT NULL
            AND daterange(i."pays_from", i."pays_to", '[]') && daterange(NEW."period_start", NEW."period_end", '[]'))
    THEN
        RAISE EXCEPTION 'the salary of some of these days went into the deductions of a pay run'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'payments_withheld_days';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER "payments_of_withheld_days" BEFORE INSERT ON "payments"
    FOR EACH ROW WHEN (NEW."kind" = 'SALARY') EXECUTE FUNCTION "refuse_withheld_days"();
