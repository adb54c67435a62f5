'use client';

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

export interface Toast {
  readonly text: string;
  readonly tone?: 'problem';
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Called when it goes away without its action: by time, by its button, or pushed out by others. */
  readonly onClose?: () => void;
}

interface ShownToast extends Toast {
  readonly key: number;
}

type Show = (toast: Toast) => void;

const ToastContext = createContext<Show>(() => {});

const SHOWN_FOR = 7000;
const SHOWN_AT_ONCE = 3;

/** Gives the components below it short messages in the corner. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly ShownToast[]>([]);
  const list = useRef(toasts);
  const next = useRef(0);
  const update = useCallback((toasts: readonly ShownToast[]) => {
    list.current = toasts;
    setToasts(toasts);
  }, []);
  const close = useCallback(
    (toast: ShownToast, run: (() => void) | undefined) => {
      if (!list.current.includes(toast)) return;
      update(list.current.filter((other) => other !== toast));
      run?.();
    },
    [update],
  );
  const show = useCallback<Show>(
    (toast) => {
      next.current += 1;
      const oldest = list.current.length === SHOWN_AT_ONCE ? list.current[0] : undefined;
      if (oldest) close(oldest, oldest.onClose);
      update([...list.current, { ...toast, key: next.current }]);
    },
    [close, update],
  );
  return (
    <ToastContext value={show}>
      {children}
      <section className="toasts" aria-label="Messages" aria-live="polite" aria-relevant="additions">
        {toasts.map((toast) => (
          <ToastCard key={toast.key} toast={toast} close={close} />
        ))}
      </section>
    </ToastContext>
  );
}

export function useToast(): Show {
  return useContext(ToastContext);
}

interface ToastCardProps {
  readonly toast: ShownToast;
  readonly close: (toast: ShownToast, run: (() => void) | undefined) => void;
}

function ToastCard({ toast, close }: ToastCardProps) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => close(toast, toast.onClose), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [held, toast, close]);
  const { action } = toast;
  return (
    // Only holds the time while somebody is about to use the buttons
    <div
      className={toast.tone === 'problem' ? 'toast problem' : 'toast'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p>{toast.text}</p>
      {action && (
        <button type="button" className="button small" onClick={() => close(toast, action.run)}>
          {action.label}
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label="Close this message"
        onClick={() => close(toast, toast.onClose)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
