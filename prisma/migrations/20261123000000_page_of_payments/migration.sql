-- A page of an employee's payments is read from the index alone. Their rows stand apart: each was added in another month, among
-- everybody's, so that 50 payments are on 50 pages of the table, and the larger that is, the less of it is at hand.
CREATE INDEX "payments_of_employee_idx" ON "payments"("employee_id", "issued_at" DESC, "id" DESC, "amount_minor", "currency", "kind", "period_start", "period_end", "issued_by", "voided_at");
DROP INDEX "payments_employee_id_issued_at_id_idx";

-- The index is enough for rows that a vacuum has seen since they were added. By PostgreSQL's default the next one would come
-- after a fifth of the table has been added: a year's payments. It reads only what is new.
ALTER TABLE "payments" SET (autovacuum_vacuum_insert_scale_factor = 0.01);
