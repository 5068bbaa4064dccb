import { getRouteApi } from '@tanstack/react-router';
import { ExchangePage as Exchange } from '#exchange/web';
import { RefusedPage } from './refused.page.tsx';
import { usePerson } from './session.tsx';

const route = getRouteApi('/exchange');

/** Following what is sent on, its identifier in the address. */
export function ExchangePage() {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const { role } = usePerson();
  return (
    <Exchange
      id={id}
      onFollow={(next) => void navigate({ search: next === undefined ? {} : { id: next } })}
      isOperator={role === 'operator'}
      mayRecall={role === 'biologist'}
      Refused={RefusedPage}
    />
  );
}
