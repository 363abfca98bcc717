import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useText } from '../text/text.tsx';
import { Icon } from './icon.tsx';

/** A window above the page, as long as it is drawn; Escape, the cross and a tap beside it close it. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const { t } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-label={props.title} onClose={props.onClose} {...{ closedby: 'any' }}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2>{props.title}</h2>
          <button type="button" class="plain" onClick={() => dialog.current?.close()} aria-label={t('shell.close')}>
            <Icon name="close" />
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
