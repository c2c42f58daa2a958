import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { change } from '../api.js';
import { type CompanyQuery, EditCompanyDocument, type Proration } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, CheckField, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Facts, Notice, Page } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';

const route = getRouteApi('/company');

type Company = CompanyQuery['company'];

export function CompanyPage() {
  const company = route.useLoaderData();
  const { me } = route.useRouteContext();
  const { company: words } = texts;
  const account = company.payingAccount;
  return (
    <Page title={words.title}>
      <Facts
        facts={[
          [words.name, company.name],
          [words.country, company.country],
          [words.timeZone, company.timeZone],
          [words.proration, words.prorations[company.proration]],
          [words.requireSecondAdmin, company.requireSecondAdmin ? texts.common.yes : texts.common.no],
          [
            words.payingAccount,
            account
              ? texts.employee.accountText(account.holder, account.country, account.lastFour)
              : texts.employee.noAccount,
          ],
        ]}
      />
      {me.admin && <CompanyForm company={company} />}
    </Page>
  );
}

const noAccount = { holder: '', bankCountry: '', accountNumber: '' };

/** Sends what has changed here: what somebody else changes meanwhile stays. */
function CompanyForm({ company }: { company: Company }) {
  const router = useRouter();
  const [base, setBase] = useState(company);
  const [edit, setEdit] = useState({ ...company, ...noAccount });
  const set = (values: Partial<typeof edit>) => setEdit((old) => ({ ...old, ...values }));
  const { company: words, edit: fields, invalid } = texts;
  const save = useAction(async () => {
    const settings = {
      name: edit.name.trim(),
      country: edit.country.trim().toUpperCase(),
      timeZone: edit.timeZone.trim(),
      proration: edit.proration,
      requireSecondAdmin: edit.requireSecondAdmin,
    };
    const before: Readonly<Record<string, unknown>> = { ...base };
    const changed = Object.fromEntries(
      Object.entries(settings).filter(([name, value]) => value !== before[name]),
    );
    const hasAccount = [edit.holder, edit.bankCountry, edit.accountNumber].some(
      (value) => value.trim() !== '',
    );
    if (Object.keys(changed).length === 0 && !hasAccount) return 'nothing';
    const account = {
      holder: edit.holder.trim(),
      country: edit.bankCountry.trim().toUpperCase(),
      accountNumber: edit.accountNumber.trim(),
    };
    await change(EditCompanyDocument, {
      input: { version: company.version, ...changed, ...(hasAccount && { payingAccount: account }) },
    });
    setBase({ ...base, ...settings });
    set(noAccount);
    await router.invalidate();
    return 'saved';
  });
  const faultOf = (path: string, sentence: string) => (fieldOf(save.error) === path ? sentence : undefined);
  return (
    <Form onSubmit={() => void save.run()}>
      {save.error !== undefined && <Failure error={save.error} />}
      {save.result === 'saved' && <Notice tone="good">{texts.common.saved}</Notice>}
      {save.result === 'nothing' && <Notice>{texts.edit.nothing}</Notice>}
      <Row>
        <TextField
          label={words.name}
          value={edit.name}
          fault={faultOf('name', texts.common.required)}
          onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        />
        <TextField
          label={words.country}
          hint={fields.countryHint}
          maxLength={2}
          value={edit.country}
          fault={faultOf('country', invalid.country)}
          onChange={({ currentTarget }) => set({ country: currentTarget.value })}
        />
      </Row>
      <Row>
        <TextField
          label={words.timeZone}
          hint={words.timeZoneHint}
          value={edit.timeZone}
          fault={faultOf('timeZone', words.timeZoneHint)}
          onChange={({ currentTarget }) => set({ timeZone: currentTarget.value })}
        />
        <SelectField
          label={words.proration}
          options={optionsOf(words.prorations)}
          value={edit.proration}
          onChange={({ currentTarget }) =>
            set({ proration: oneOf<Proration>(currentTarget.value, words.prorations) ?? edit.proration })
          }
        />
      </Row>
      <CheckField
        label={words.requireSecondAdmin}
        checked={edit.requireSecondAdmin}
        onChange={({ currentTarget }) => set({ requireSecondAdmin: currentTarget.checked })}
      />
      <fieldset>
        <legend>{fields.accountLegend}</legend>
        <p>{fields.accountHint}</p>
        <Row>
          <TextField
            label={fields.holder}
            value={edit.holder}
            fault={faultOf('payingAccount.holder', texts.common.required)}
            onChange={({ currentTarget }) => set({ holder: currentTarget.value })}
          />
          <TextField
            label={fields.country}
            hint={fields.countryHint}
            maxLength={2}
            value={edit.bankCountry}
            fault={faultOf('payingAccount.country', invalid.country)}
            onChange={({ currentTarget }) => set({ bankCountry: currentTarget.value })}
          />
          <TextField
            label={fields.accountNumber}
            value={edit.accountNumber}
            fault={faultOf('payingAccount.accountNumber', invalid.accountNumber)}
            onChange={({ currentTarget }) => set({ accountNumber: currentTarget.value })}
          />
        </Row>
      </fieldset>
      <Button look="primary" type="submit" busy={save.busy}>
        {texts.common.save}
      </Button>
    </Form>
  );
}
