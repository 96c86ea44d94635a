import { byId } from './dom.js';

interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly yes: string;
}

/** Opens a dialog and waits until it is closed; gives the value of the button that closed it. */
export function opened(dialog: HTMLDialogElement): Promise<string> {
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}

/** Asks before something is lost. */
export async function confirmed({ title, text, yes }: Question): Promise<boolean> {
  byId('confirm-title', HTMLElement).textContent = title;
  byId('confirm-text', HTMLElement).textContent = text;
  byId('confirm-yes', HTMLElement).textContent = yes;
  return (await opened(byId('confirm-dialog', HTMLDialogElement))) === 'yes';
}
