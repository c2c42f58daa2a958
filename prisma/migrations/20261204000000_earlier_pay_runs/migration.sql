-- What a draft asks of earlier runs: the corrections of an item, and what deductions could not take.
CREATE INDEX "pay_lines_corrects_item_id_idx" ON "pay_lines"("corrects_item_id");

CREATE INDEX "pay_lines_owed_idx" ON "pay_lines"("item_id")
  WHERE "source" = 'CARRIED_FORWARD' OR "carried_minor" > 0;
