-- A refresh token ends with its session, and is traded once.
ALTER TABLE "refresh_tokens" DROP COLUMN "expires_at", ADD COLUMN "traded_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "rate_limits" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- Whatever ends a session or changes what its user may do is told to every process, whoever did it and by which way:
-- processes keep sessions in memory, and drop what they hear of here.
CREATE FUNCTION "announce_session"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('stipend_session', OLD."id"::text);
    RETURN NULL;
END
$$;

CREATE FUNCTION "announce_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('stipend_user', OLD."id"::text);
    RETURN NULL;
END
$$;

CREATE FUNCTION "announce_shared_value"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('stipend_shared_value', NEW."name");
    RETURN NULL;
END
$$;

CREATE TRIGGER "sessions_announced" AFTER UPDATE OF "revoked_at", "expires_at" ON "sessions"
    FOR EACH ROW EXECUTE FUNCTION "announce_session"();
CREATE TRIGGER "sessions_deletion_announced" AFTER DELETE ON "sessions"
    FOR EACH ROW EXECUTE FUNCTION "announce_session"();
CREATE TRIGGER "users_announced" AFTER UPDATE OF "username", "role", "employee_id", "disabled_at" ON "users"
    FOR EACH ROW EXECUTE FUNCTION "announce_user"();
CREATE TRIGGER "shared_values_announced" AFTER INSERT OR UPDATE ON "shared_values"
    FOR EACH ROW EXECUTE FUNCTION "announce_shared_value"();
