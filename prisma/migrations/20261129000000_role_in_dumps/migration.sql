-- A dump grants privileges to the application's role, which a new cluster does not have. It loads the rows of a table before
-- it grants any, and these rows call this function, which creates the role: the dump restores as it is, in one transaction.
CREATE FUNCTION "ensure_app_role"() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'stipend_app') THEN
        CREATE ROLE stipend_app NOLOGIN;
        GRANT stipend_app TO CURRENT_USER;
        EXECUTE pg_catalog.format('GRANT stipend_app TO %I', (
            SELECT pg_catalog.pg_get_userbyid(datdba) FROM pg_catalog.pg_database
            WHERE datname = pg_catalog.current_database()));
    END IF;
    RETURN true;
EXCEPTION
    -- Without the right to create roles there is none, and nothing is granted to it.
    WHEN insufficient_privilege OR duplicate_object OR unique_violation OR invalid_grant_operation THEN RETURN true;
END
$$;

ALTER TABLE "shared_values" ADD CONSTRAINT "shared_values_restorable" CHECK ("ensure_app_role"());
