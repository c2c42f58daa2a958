-- Under which reference a payment was imported; null for one that was issued here.
ALTER TABLE "payments" ADD COLUMN "import_reference" TEXT;
