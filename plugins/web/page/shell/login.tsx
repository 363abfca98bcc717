import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { ApiError } from '../data/api.ts';
import { useHouse } from '../data/house.tsx';
import { Icon } from '../parts/icon.tsx';
import { Problem } from '../parts/problem.tsx';
import { useText } from '../text/text.tsx';

/** Asks for the password where the house is protected. */
export function Login(): JSX.Element {
  const { api } = useHouse();
  const { t } = useText();
  const field = useId();
  const problem = useId();
  const error = useSignal('');
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const password = new FormData(event.currentTarget as HTMLFormElement).get('password');
    busy.value = true;
    error.value = '';
    try {
      await api.ask('auth/login', { method: 'POST', body: { password } });
      // Everything is read anew, by somebody who may more.
      location.reload();
    } catch (failure) {
      const wrong = failure instanceof ApiError && failure.status === 401;
      const said = failure instanceof ApiError && failure.status > 0 ? failure.message : t('connection.never');
      error.value = wrong ? t('login.wrong') : said;
    }
    busy.value = false;
  };
  return (
    <main class="login">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <span class="disc of-sun">
          <Icon name="bolt" />
        </span>
        <h1>{t('login.title')}</h1>
        <label for={field}>{t('login.password')}</label>
        <input
          id={field}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-describedby={problem}
        />
        <Problem id={problem} text={error.value} />
        <button type="submit" class="button main" disabled={busy.value}>
          {t('login.submit')}
        </button>
      </form>
    </main>
  );
}
