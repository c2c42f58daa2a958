-- Each filter finds few among many by an index, in the order of the list: a page is read, and counted, without the rest.
-- docs/decisions/filters.md lists which one is for what.

-- A trusted extension, as btree_gist is.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX "payments_kind_issued_at_id_idx" ON "payments"("kind", "issued_at" DESC, "id" DESC);
CREATE INDEX "payments_currency_issued_at_id_idx" ON "payments"("currency", "issued_at" DESC, "id" DESC);
CREATE INDEX "payments_voided_idx" ON "payments"("issued_at" DESC, "id" DESC) WHERE "voided_at" IS NOT NULL;

-- What a search looks in, in lower case: to fold each row's case for each search would take longer than all the rest.
ALTER TABLE "employees" ADD COLUMN "search_text" TEXT
    GENERATED ALWAYS AS (lower("name" || E'\x1f' || "email" || E'\x1f' || "title")) STORED;
CREATE INDEX "employees_search_text_idx" ON "employees" USING gin ("search_text" gin_trgm_ops);
CREATE INDEX "employees_department_id_idx" ON "employees"("department", "id");
CREATE INDEX "employees_left_idx" ON "employees"("id") WHERE "terminated_on" IS NOT NULL;
