-- What PostGraphile reads its API from, beside Stipend's own tables: roles and their rights, computed columns, and a
-- function that is a mutation.

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE ROLE company_viewer;
CREATE ROLE company_admin;
CREATE ROLE company_api NOINHERIT LOGIN;
DO $$ BEGIN EXECUTE format('ALTER ROLE company_api PASSWORD %L', current_setting('bench.password')); END $$;
GRANT company_viewer TO company_admin;
GRANT company_viewer, company_admin TO company_api;
GRANT SELECT ON employees, payments, salary_changes TO company_viewer;
GRANT SELECT (id, username) ON users TO company_viewer;

CREATE TYPE money_amount AS (amount text, currency text);
CREATE TYPE day_range AS (start date, "end" date);

CREATE FUNCTION money_of(minor bigint, currency text) RETURNS money_amount LANGUAGE sql IMMUTABLE
    RETURN ROW(CASE currency WHEN 'JPY' THEN minor::text ELSE to_char(minor / 100.0, 'FM999999999999990.00') END, currency)::money_amount;
COMMENT ON FUNCTION money_of IS '@behavior -*';

CREATE FUNCTION minor_of(amount money_amount) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    digits int := CASE WHEN amount.currency = 'JPY' THEN 0 WHEN amount.currency IN ('EUR', 'USD') THEN 2 END;
BEGIN
    IF digits IS NULL OR amount.amount !~ '^(0|[1-9][0-9]{0,14})(\.[0-9]+)?$'
        OR length(split_part(amount.amount, '.', 2)) > digits OR amount.amount::numeric = 0
    THEN RAISE 'no amount' USING ERRCODE = 'ZINPT'; END IF;
    RETURN amount.amount::numeric * 10 ^ digits;
END $$;

CREATE FUNCTION employees_status(employee employees) RETURNS text LANGUAGE sql STABLE
    RETURN CASE WHEN employee.terminated_on < current_date THEN 'TERMINATED' ELSE 'ACTIVE' END;

CREATE FUNCTION employees_salary(employee employees) RETURNS money_amount LANGUAGE sql STABLE
    RETURN (SELECT money_of(s.amount_minor, s.currency) FROM (
        (SELECT amount_minor, currency FROM salary_changes
            WHERE employee_id = employee.id AND effective_from <= current_date
            ORDER BY effective_from DESC, id DESC LIMIT 1)
        UNION ALL
        (SELECT amount_minor, currency FROM salary_changes
            WHERE employee_id = employee.id AND effective_from > current_date
            ORDER BY effective_from, id DESC LIMIT 1)
        LIMIT 1) s);

CREATE FUNCTION payments_amount(payment payments) RETURNS money_amount LANGUAGE sql STABLE
    RETURN money_of(payment.amount_minor, payment.currency);

CREATE FUNCTION payments_period(payment payments) RETURNS day_range LANGUAGE sql STABLE
    RETURN CASE WHEN payment.period_start IS NOT NULL
        THEN ROW(payment.period_start, payment.period_end)::day_range END;

CREATE FUNCTION payments_status(payment payments) RETURNS text LANGUAGE sql STABLE
    RETURN CASE WHEN payment.voided_at IS NULL THEN 'ISSUED' ELSE 'VOIDED' END;

CREATE TYPE issued_payment AS (payment payments, replayed boolean);

CREATE FUNCTION issue_payment(employee_id uuid, amount money_amount, kind payment_kind, note text, idempotency_key text)
    RETURNS issued_payment LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    viewer uuid := current_setting('jwt.claims.sub');
    minor bigint := minor_of(amount);
    meaning bytea := sha256(convert_to(jsonb_build_array(employee_id, minor, amount.currency, kind, note)::text, 'UTF8'));
    paid payments;
    earlier idempotency_records;
BEGIN
    IF length(note) > 500 THEN RAISE 'note is too long' USING ERRCODE = 'ZINPT'; END IF;
    IF length(idempotency_key) NOT BETWEEN 1 AND 255 THEN RAISE 'no key' USING ERRCODE = 'ZINPT'; END IF;
    WITH payee AS (
        SELECT e.id FROM employees e
        WHERE e.id = issue_payment.employee_id AND e.hired_on <= current_date
            AND (e.terminated_on IS NULL OR e.terminated_on >= current_date)
            AND amount.currency = (SELECT currency FROM salary_changes s
                WHERE s.employee_id = e.id AND effective_from <= current_date
                ORDER BY effective_from DESC, id DESC LIMIT 1)
        FOR NO KEY UPDATE OF e),
    claim AS (
        INSERT INTO idempotency_records (user_id, operation, key, input_hash, employee_id, payment_id, created_at)
        SELECT viewer, 'issuePayment', idempotency_key, meaning, issue_payment.employee_id, uuidv7(), now() FROM payee
        ON CONFLICT DO NOTHING RETURNING payment_id),
    p AS (
        INSERT INTO payments (id, employee_id, amount_minor, currency, kind, note, issued_at, issued_by)
        SELECT payment_id, issue_payment.employee_id, minor, amount.currency, issue_payment.kind, issue_payment.note,
            date_trunc('milliseconds', now()), viewer FROM claim
        RETURNING *),
    audited AS (
        INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
        SELECT uuidv7(), p.issued_at, viewer, 'payment.issued', p.id, jsonb_build_array(
            jsonb_build_object('field', 'employeeId', 'before', NULL, 'after', p.employee_id),
            jsonb_build_object('field', 'amount', 'before', NULL, 'after', amount.amount || ' ' || amount.currency),
            jsonb_build_object('field', 'kind', 'before', NULL, 'after', p.kind),
            jsonb_build_object('field', 'note', 'before', NULL, 'after', p.note),
            jsonb_build_object('field', 'idempotencyKey', 'before', NULL, 'after', idempotency_key)), '127.0.0.1'
        FROM p)
    SELECT p.* INTO paid FROM p;
    IF FOUND THEN RETURN ROW(paid, false)::issued_payment; END IF;

    SELECT * INTO earlier FROM idempotency_records i
        WHERE i.user_id = viewer AND i.operation = 'issuePayment' AND i.key = idempotency_key;
    IF NOT FOUND THEN RAISE 'the employee cannot be paid so' USING ERRCODE = 'ZINPT'; END IF;
    IF earlier.input_hash <> meaning THEN RAISE 'the key was used for another payment' USING ERRCODE = 'ZMISM'; END IF;
    SELECT * INTO paid FROM payments WHERE id = earlier.payment_id;
    RETURN ROW(paid, true)::issued_payment;
END $$;

GRANT EXECUTE ON FUNCTION employees_status, employees_salary, payments_amount, payments_period, payments_status, money_of
    TO company_viewer;
GRANT EXECUTE ON FUNCTION issue_payment TO company_admin;
