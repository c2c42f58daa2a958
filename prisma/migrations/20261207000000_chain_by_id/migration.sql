-- As before, but each waiting entry is looked up by its id. A join with what waits, which PostgreSQL took for far more than it is, read
-- all entries each time.
CREATE OR REPLACE FUNCTION "chain_audit_entries"("at_most" integer) RETURNS integer LANGUAGE plpgsql AS $$
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
                SELECT "u"."entry_id" FROM "audit_unchained" "u"
                WHERE (SELECT true FROM "audit_entries" "a" WHERE "a"."id" = "u"."entry_id")
                ORDER BY "u"."entry_id" LIMIT "at_most")
            RETURNING "entry_id"
        )
        SELECT "e"."id", "e"."text" FROM "taken" CROSS JOIN LATERAL (
            SELECT "a"."id", "a"."at", audit_entry_text("a") AS "text" FROM "audit_entries" "a"
            WHERE "a"."id" = "taken"."entry_id" LIMIT 1
        ) "e"
        ORDER BY "e"."at", "e"."id"
    LOOP
        SELECT "head"."number" + 1 AS "number", sha256("head"."hash" || convert_to("next"."text", 'UTF8')) AS "hash" INTO "head";
        INSERT INTO "audit_chain" ("number", "entry_id", "hash") VALUES ("head"."number", "next"."id", "head"."hash");
        "chained" := "chained" + 1;
    END LOOP;
    RETURN "chained";
END
$$;
