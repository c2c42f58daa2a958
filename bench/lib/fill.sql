-- A company of bench.employees people, each with 5 salaries; the first bench.paid of them in the API's order with 100
-- payments each. The same rows each time: every value is
-- worked out from the row's number. Foreign keys are not looked up again, row by row: they hold by construction.

SET session_replication_role = replica;
SET maintenance_work_mem = '256MB';
SET work_mem = '256MB';

-- A version 7 UUID that depends on nothing but its time and a seed.
CREATE FUNCTION pg_temp.id_at(at timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(seed), 1, 3) || '8' || substr(md5(seed), 4, 15))::uuid
$$;

CREATE TEMP TABLE issuer AS
    SELECT n, pg_temp.id_at('2010-01-01', 'user ' || n) AS id
    FROM generate_series(0, 4) n;

INSERT INTO users (id, username, username_key, password_hash, role)
    SELECT id, 'admin' || n, 'admin' || n, current_setting('bench.password_hash'), 'ADMIN' FROM issuer;
INSERT INTO users (id, username, username_key, password_hash, role)
    VALUES (pg_temp.id_at('2010-01-01', 'viewer'), 'viewer', 'viewer', current_setting('bench.password_hash'), 'VIEWER');

CREATE TEMP TABLE person AS
    SELECT i,
        pg_temp.id_at(hired_on + i * interval '1 ms', 'employee ' || i) AS id,
        hired_on,
        CASE WHEN i % 25 = 0 THEN date '2025-06-30' END AS terminated_on,
        -- The month of the last payment.
        CASE WHEN i % 25 = 0 THEN date '2025-06-01' ELSE date '2026-10-01' END AS last_month,
        (ARRAY['EUR', 'EUR', 'EUR', 'USD', 'JPY'])[1 + i % 5] AS currency,
        (ARRAY['Ada', 'Boris', 'Chloé', 'Dinh', 'Emma', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jun', 'Kofi', 'Lena'])[1 + i % 12] AS first_name,
        (ARRAY['Okafor', 'Lindgren', 'Moreau', 'Tanaka', 'Novák', 'Silva', 'Weber', 'Rossi', 'Haddad', 'O''Brien', 'Kim'])[1 + i % 11] AS last_name
    FROM generate_series(1, current_setting('bench.employees')::int) i,
        LATERAL (SELECT date '2012-01-02' + i * 37 % 1500 AS hired_on);

INSERT INTO employees (id, version, name, email, title, department, hired_on, terminated_on, created_at, updated_at)
    SELECT id, 1 + i % 3, first_name || ' ' || last_name, 'person.' || i || '@example.com',
        (ARRAY['Engineer', 'Senior Engineer', 'Accountant', 'Designer', 'Analyst', 'Team Lead', 'Assistant'])[1 + i % 7],
        (ARRAY['Engineering', 'Finance', 'Design', 'Sales', 'People', 'Operations'])[1 + i % 6],
        hired_on, terminated_on, hired_on, hired_on
    FROM person ORDER BY id;
-- What triggers would do.
INSERT INTO employee_emails (email_key, employee_id) SELECT fold_case(email), id FROM employees;
INSERT INTO employments (employee_id, started_on, ended_on) SELECT id, hired_on, terminated_on FROM employees;

INSERT INTO salary_changes (id, employee_id, effective_from, amount_minor, currency, unit, changed_by, changed_at)
    SELECT pg_temp.id_at(day, 'salary ' || i || ' ' || nth), person.id, day,
        (250000 + i * 131 % 400000) * (20 + nth) / 20,
        currency, 'MONTH', issuer.id, day
    FROM generate_series(0, 4) nth CROSS JOIN person CROSS JOIN LATERAL (SELECT hired_on + nth * 400 AS day)
        JOIN issuer ON issuer.n = i % 5
    ORDER BY day, i;

-- An index is made faster in one go than row by row: what payments has is noted, dropped, and made again as it was.
CREATE TEMP TABLE index_of_payments AS
    SELECT CASE WHEN c.oid IS NULL THEN format('DROP INDEX %I', i.relname)
            ELSE format('ALTER TABLE payments DROP CONSTRAINT %I', c.conname) END AS dropping,
        CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.oid)
            ELSE format('ALTER TABLE payments ADD CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)) END AS making
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype <> 'f'
    WHERE x.indrelid = 'payments'::regclass AND NOT x.indisprimary;
DO $$
DECLARE command text;
BEGIN
    FOR command IN SELECT dropping FROM index_of_payments LOOP EXECUTE command; END LOOP;
END $$;

-- As they would have come: month by month. 80 salaries, and something on top in every fourth month.
INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, note, issued_at, issued_by)
    SELECT pg_temp.id_at(at, 'payment ' || i || ' ' || m || ' ' || extra), person.id,
        CASE WHEN extra THEN 10000 + (i * 17 + m * 29) % 90000 ELSE 250000 + (i * 131 + m * 7) % 400000 END, currency,
        CASE WHEN extra THEN (ARRAY['BONUS', 'EXPENSE', 'CORRECTION'])[1 + (i + m) % 3] ELSE 'SALARY' END::payment_kind,
        CASE WHEN NOT extra THEN month END,
        CASE WHEN NOT extra THEN (month + interval '1 month - 1 day')::date END,
        CASE WHEN extra THEN 'For the quarter up to month ' || m END, at, issuer.id
    FROM generate_series(0, 79) m CROSS JOIN (SELECT * FROM person ORDER BY id LIMIT current_setting('bench.paid')::int) person
        CROSS JOIN LATERAL (SELECT (last_month - (79 - m) * interval '1 month')::date AS month)
        JOIN LATERAL (SELECT m % 4 = 3 AS yes UNION SELECT false) extra (extra) ON true
        CROSS JOIN LATERAL (SELECT month + interval '24 days 9 hours' + i * interval '7 ms'
            + CASE WHEN extra THEN interval '1 hour' ELSE interval '0' END AS at)
        JOIN issuer ON issuer.n = (i + m) % 5
    ORDER BY at;

DO $$
DECLARE command text;
BEGIN
    FOR command IN SELECT making FROM index_of_payments LOOP EXECUTE command; END LOOP;
END $$;

-- What triggers would do.
INSERT INTO unpaid_days (employee_id, first_day, last_day) SELECT employee_id, first_day, last_day FROM unpaid_days_of_record;

SET session_replication_role = DEFAULT;
RESET work_mem;
