-- Where a user has logged in before, strangers' failures do not count.
ALTER TABLE "sessions" ADD COLUMN "network" TEXT;
CREATE INDEX "sessions_user_id_network_idx" ON "sessions"("user_id", "network");
DROP INDEX "sessions_user_id_idx";
