import { Link } from '@tanstack/react-router';
import { texts } from '../texts/texts.js';
import { ButtonLink } from '../ui/controls.js';
import { Empty, Page } from '../ui/layout.js';

export function MissingEmployee() {
  return (
    <Page title={texts.employee.missingTitle}>
      <Empty title={texts.employee.missingTitle} action={<Link to="/">{texts.error.toStart}</Link>}>
        {texts.employee.missing}
      </Empty>
    </Page>
  );
}

/** A page that changes somebody's record, for who may only read it. */
export function AdminsOnly({ employee: { id, name } }: { employee: { id: string; name: string } }) {
  return (
    <Page title={texts.error.adminsTitle}>
      <Empty
        title={texts.error.admins}
        action={
          <ButtonLink to="/employees/$id" params={{ id }}>
            {texts.error.recordOf(name)}
          </ButtonLink>
        }
      />
    </Page>
  );
}

export function MissingPayment() {
  return (
    <Page title={texts.payment.missingTitle}>
      <Empty title={texts.payment.missingTitle} action={<Link to="/payments">{texts.payments.title}</Link>}>
        {texts.payment.missing}
      </Empty>
    </Page>
  );
}

export function MissingPayRun() {
  return (
    <Page title={texts.payRun.missing}>
      <Empty
        title={texts.payRun.missing}
        action={<ButtonLink to="/pay-runs">{texts.payRuns.title}</ButtonLink>}
      />
    </Page>
  );
}

/** What only an admin may open: it is told apart from a page that does not exist by nobody. */
export function MissingPage() {
  return (
    <Page title={texts.error.pageTitle}>
      <Empty title={texts.error.pageTitle} action={<ButtonLink to="/">{texts.error.toStart}</ButtonLink>}>
        {texts.error.page}
      </Empty>
    </Page>
  );
}
