-- CreateTable
CREATE TABLE "pay_run_imports" (
    "pay_run_id" UUID NOT NULL,
    "sha256" BYTEA NOT NULL,
    "imported_by" UUID NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pay_run_imports_pkey" PRIMARY KEY ("pay_run_id","sha256")
);

-- AddForeignKey
ALTER TABLE "pay_run_imports" ADD CONSTRAINT "pay_run_imports_pay_run_id_fkey" FOREIGN KEY ("pay_run_id") REFERENCES "pay_runs"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pay_run_imports" ADD CONSTRAINT "pay_run_imports_imported_by_fkey" FOREIGN KEY ("imported_by") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
