-- CreateTable
CREATE TABLE "audit_chain" (
    "number" BIGINT NOT NULL,
    "entry_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "audit_unchained" (
    "entry_id" UUID NOT NULL,

    CONSTRAINT "audit_unchained_pkey" PRIMARY KEY ("entry_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_chain_entry_id_key" ON "audit_chain"("entry_id");

-- CreateIndex
CREATE INDEX "audit_entries_subject_at_id_idx" ON "audit_entries"("subject", "at" DESC, "id" DESC);


-- What Prisma's schema cannot say.

-- Whoever adds an entry has it chained: docs/decisions/audit-chain.md.
CREATE FUNCTION "await_chaining"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "audit_unchained" ("entry_id") SELECT "id" FROM "added";
    RETURN NULL;
END
$$;

CREATE TRIGGER "audit_entries_await_chaining" AFTER INSERT ON "audit_entries"
    REFERENCING NEW TABLE AS "added" FOR EACH STATEMENT EXECUTE FUNCTION "await_chaining"();

INSERT INTO "audit_unchained" ("entry_id") SELECT "id" FROM "audit_entries";

-- What of an entry is hashed. Nothing of it depends on the session's settings.
CREATE FUNCTION "audit_entry_text"("entry" "audit_entries") RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_array(
        "entry"."id", round(extract(epoch FROM "entry"."at") * 1000)::bigint, "entry"."actor_id", "entry"."action",
        "entry"."subject", "entry"."changes", "entry"."ip", "entry"."count"
    )::text
$$;

-- Chains what waits, at most so many entries, and returns their number. One transaction at a time does it: the next one waits,
-- and then reads what this one has committed.
CREATE FUNCTION "chain_audit_entries"("at_most" integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    "head" record;
    "next" record;
    "chained" integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM "audit_unchained") THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('stipend:audit-chain'));
    SELECT "number", "hash" INTO "head" FROM "audit_chain" ORDER BY "number" DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT 0::bigint AS "number", decode(repeat('00', 32), 'hex') AS "hash" INTO "head";
    END IF;
    FOR "next" IN
        WITH "taken" AS (
            DELETE FROM "audit_unchained" WHERE "entry_id" IN (
                SELECT "u"."entry_id" FROM "audit_unchained" "u" JOIN "audit_entries" "e" ON "e"."id" = "u"."entry_id"
                ORDER BY "u"."entry_id" LIMIT "at_most")
            RETURNING "entry_id"
        )
        SELECT "e"."id", audit_entry_text("e") AS "text" FROM "taken" JOIN "audit_entries" "e" ON "e"."id" = "taken"."entry_id"
        ORDER BY "e"."at", "e"."id"
    LOOP
        SELECT "head"."number" + 1 AS "number", sha256("head"."hash" || convert_to("next"."text", 'UTF8')) AS "hash" INTO "head";
        INSERT INTO "audit_chain" ("number", "entry_id", "hash") VALUES ("head"."number", "next"."id", "head"."hash");
        "chained" := "chained" + 1;
    END LOOP;
    RETURN "chained";
END
$$;

CREATE TRIGGER "audit_chain_kept" BEFORE UPDATE OR DELETE ON "audit_chain"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_chain_not_truncated" BEFORE TRUNCATE ON "audit_chain"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
