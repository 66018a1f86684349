import { useState, type FormEvent, type RefObject } from 'react';
import { resetVisitor, signIn, signOut } from '../shop';
import { useStore } from '../store';
import { visitorName } from '../visitor';
import { Icon } from './Icon';

/** Sign-in by name, and the way to be forgotten. */
export function AccountDialog({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const name = useStore(visitorName);
  const [draft, setDraft] = useState('');
  const close = () => dialog.current?.close();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const entered = draft.trim();
    if (entered === '') return;
    signIn(entered);
    setDraft('');
    close();
  };

  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="account-title" onClick={(event) => event.target === dialog.current && close()}>
      <div className="dialog-body">
        <h2 id="account-title">{name ? `Hello, ${name}` : 'Nice to see you'}</h2>
        {name ? (
          <>
            <p className="quiet">You are signed in. What you do from here on carries your name.</p>
            <button type="button" className="button button-quiet button-wide" onClick={() => { signOut(); close(); }}>Sign out</button>
          </>
        ) : (
          <form onSubmit={submit}>
            <p className="quiet">Your name is all we ask for. No password, no e-mail.</p>
            <label className="field">
              <span className="field-label">Your name</span>
              <input value={draft} onChange={(event) => setDraft(event.target.value)} autoComplete="username" maxLength={60} required />
            </label>
            <button type="submit" className="button button-wide">Sign in</button>
          </form>
        )}
        <div className="dialog-foot">
          <p className="quiet small">Want to start over? This empties the cart and forgets who you are and all you did here.</p>
          <button type="button" className="text-button danger" onClick={() => { close(); resetVisitor(); }}>Reset user data</button>
        </div>
        {/* Last, since a dialog gives the focus to the first control in it. */}
        <button type="button" className="icon-button dialog-close" onClick={close} aria-label="Close">
          <Icon name="close" />
        </button>
      </div>
    </dialog>
  );
}
