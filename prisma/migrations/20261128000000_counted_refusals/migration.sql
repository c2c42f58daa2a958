-- Refused logins and refreshes are counted, not written one by one: anybody can cause them, and no entry can be deleted.
ALTER TABLE "audit_entries" ADD COLUMN "count" INTEGER NOT NULL DEFAULT 1;
