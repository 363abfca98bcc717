import { type Signal, useSignal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { useHouse } from '../data/house.tsx';
import { Icon } from '../parts/icon.tsx';
import { useText } from '../text/text.tsx';
import { VIEWS, type View } from '../views/index.ts';
import { ConnectionNotice } from './connection.tsx';
import { Login } from './login.tsx';
import { FIRST_VIEW, hrefOf, type Route } from './route.ts';
import { Standby } from './standby.tsx';

/** The frame around every view: title, menu, state of the connection. */
export function App({ route }: { route: Signal<Route> }): JSX.Element {
  const { values, live, readOnly } = useHouse();
  const { t } = useText();
  const view = VIEWS.find(({ id }) => id === route.value.view);
  const title = values.site.get('siteTitle') ?? 'evcc';
  const main = useRef<HTMLElement>(null);
  const asksForLogin = useSignal(false);
  useEffect(() => {
    document.title = view ? `${t(view.title)} · ${title}` : title;
  }, [view, title, t]);

  const shown = useRef(route.peek().view);
  useEffect(() => {
    if (shown.current === route.value.view) return;
    shown.current = route.value.view;
    asksForLogin.value = false;
    // Who cannot see it has to be told that something else is there now.
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [route.value.view, route, asksForLogin]);

  if (live.connection.value === 'standby') return <Standby />;
  if (asksForLogin.value || live.connection.value === 'denied') return <Login />;
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {t('shell.skip')}
      </button>
      <header class="shell-head">
        <h1>{title}</h1>
        {readOnly.value && (
          <p class="quiet">
            {t('shell.readOnly')}{' '}
            <button type="button" class="link" onClick={() => (asksForLogin.value = true)}>
              {t('login.title')}
            </button>
          </p>
        )}
      </header>
      <nav class="shell-nav" aria-label={t('shell.menu')}>
        <ul>
          {VIEWS.map(({ id, title: name, icon }) => (
            <li key={id}>
              <a href={hrefOf(id)} aria-current={id === view?.id ? 'page' : undefined}>
                <Icon name={icon} size={22} />
                <span>{t(name)}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main ref={main} class="shell-main" tabIndex={-1}>
        <ConnectionNotice />
        {view ? <ViewPlace key={view.id} view={view} /> : <NotFound />}
      </main>
    </div>
  );
}

/** Loads the view and shows it; one that fails takes nothing else along. */
function ViewPlace({ view }: { view: View }): JSX.Element {
  const { t } = useText();
  const component = useSignal<ComponentType | undefined>(view.component);
  const failed = useSignal(false);
  const [error, reset] = useErrorBoundary();
  const attempt = useSignal(0);
  useEffect(() => {
    if (view.component) return;
    view.load().then(
      (module) => {
        component.value = module.default;
      },
      () => {
        failed.value = true;
      },
    );
  }, [view, attempt.value, component, failed]);
  if (error !== undefined || failed.value) {
    const again = (): void => {
      failed.value = false;
      attempt.value += 1;
      reset();
    };
    return (
      <div class="card empty" role="alert">
        <p>{t('shell.failed')}</p>
        <button type="button" class="button" onClick={again}>
          {t('shell.again')}
        </button>
      </div>
    );
  }
  const Component = component.value;
  return Component ? <Component /> : <p class="card empty">{t('shell.loading')}</p>;
}

function NotFound(): JSX.Element {
  const { t } = useText();
  return (
    <div class="card empty">
      <p>{t('shell.notFound')}</p>
      <a class="button" href={hrefOf(FIRST_VIEW)}>
        {t('shell.toNow')}
      </a>
    </div>
  );
}
