'use client';

import {
  type FormEvent,
  type KeyboardEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { type ChatMessage, MAX_MESSAGE } from '../lib/chat.ts';
import { Icon } from './icon.tsx';
import { useChat } from './use-chat.ts';

export interface ChatPanelProps {
  readonly drafts: { message: string };
  readonly onTodosChanged: () => void;
  /** Whether a phone shows it. */
  readonly visible: boolean;
}

const SUGGESTIONS = ['add buy milk tomorrow !high', 'what is due this week', 'help'];

const ASSISTANTS = {
  openai: { name: 'AI', hint: 'Answers are written by a language model and may be wrong.' },
  rules: { name: 'Commands', hint: 'It understands simple commands. Ask for “help”.' },
} as const;

/** How near to its end a conversation is followed, in pixels. */
const NEAR = 60;

export function ChatPanel({ drafts, onTodosChanged, visible }: ChatPanelProps) {
  const [announced, setAnnounced] = useState('');
  const onAnswer = useCallback((text: string) => setAnnounced(text), []);
  const { messages, assistant, loading, problem, answering, ask, stop, clear } = useChat(onTodosChanged, onAnswer);
  const [draft, setDraft] = useState(drafts.message);
  const field = useRef<HTMLTextAreaElement>(null);
  const { log, follows, follow, onScroll } = useFollowing(messages, visible);
  const id = useId();

  const change = (text: string) => {
    drafts.message = text;
    setDraft(text);
  };
  const submit = async (text: string) => {
    const message = text.trim();
    if (message === '' || answering) return;
    change('');
    setAnnounced('');
    follow();
    field.current?.focus();
    if (!(await ask(message))) {
      drafts.message ||= message;
      setDraft((now) => now || message);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit(draft);
  };
  const left = MAX_MESSAGE - draft.length;
  return (
    <>
      <div className="chat-head">
        <h2>Assistant</h2>
        {assistant && (
          <span className="badge" data-tone="later" title={ASSISTANTS[assistant].hint}>
            {ASSISTANTS[assistant].name}
          </span>
        )}
        {messages.length > 0 && !answering && (
          <button type="button" className="text-button" onClick={clear}>
            Clear<span className="visually-hidden"> the conversation</span>
          </button>
        )}
      </div>
      {/* Scrolled by keyboard */}
      <div
        className="chat-log"
        ref={log}
        onScroll={onScroll}
        role="log"
        aria-live="off"
        aria-label="Conversation"
        tabIndex={0}
      >
        {loading && <p className="quiet center">Reading your conversation…</p>}
        {!loading && messages.length === 0 && (
          <div className="chat-empty">
            <p>Tell me what to do with your todos.</p>
            {assistant && <p className="quiet small-text">{ASSISTANTS[assistant].hint}</p>}
            <ul>
              {SUGGESTIONS.map((text) => (
                <li key={text}>
                  <button type="button" className="suggestion" onClick={() => submit(text)}>
                    {text}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        {messages.map((message, i) => (
          <Message key={message.id} message={message} coming={answering && i === messages.length - 1} />
        ))}
      </div>
      {!follows && (
        <button type="button" className="button small to-end" onClick={follow}>
          <Icon name="down" /> Newest
        </button>
      )}
      <p className="visually-hidden" role="status">
        {answering ? 'The assistant is answering.' : announced}
      </p>
      {problem && (
        <p className="problem-text chat-problem" role="alert">
          {problem}
        </p>
      )}
      <form
        className="composer"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          submit(draft);
        }}
      >
        <label className="visually-hidden" htmlFor={`${id}-message`}>
          Message to the assistant
        </label>
        <textarea
          ref={field}
          id={`${id}-message`}
          rows={1}
          placeholder="Message the assistant"
          enterKeyHint="send"
          maxLength={MAX_MESSAGE}
          value={draft}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          aria-describedby={left < 200 ? `${id}-left` : undefined}
        />
        {answering ? (
          <button type="button" className="button send" aria-label="Stop the answer" onClick={stop}>
            <Icon name="stop" />
          </button>
        ) : (
          <button type="submit" className="button primary send" aria-label="Send" aria-disabled={draft.trim() === ''}>
            <Icon name="send" />
          </button>
        )}
        {left < 200 && (
          <p id={`${id}-left`} className="quiet small-text left">
            {left} characters left
          </p>
        )}
      </form>
    </>
  );
}

/** A message. Its text is text: nothing in it becomes markup. */
function Message({ message, coming }: { message: ChatMessage; coming: boolean }) {
  return (
    <div className="message" data-role={message.role}>
      <p className="visually-hidden">{message.role === 'user' ? 'You:' : 'Assistant:'}</p>
      {message.text !== '' && <p className="message-text">{message.text}</p>}
      {coming && message.text === '' && (
        <p className="dots" aria-hidden="true">
          <span />
          <span />
          <span />
        </p>
      )}
      {message.note && <p className="message-note">{message.note}</p>}
    </div>
  );
}

/** Follows a conversation to its end, unless the reader has gone back in it. */
function useFollowing(messages: readonly ChatMessage[], visible: boolean) {
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [follows, setFollows] = useState(true);
  const set = useCallback((value: boolean) => {
    following.current = value;
    setFollows(value);
  }, []);
  const onScroll = useCallback(() => {
    const { scrollTop, scrollHeight, clientHeight } = log.current!;
    set(scrollHeight - scrollTop - clientHeight < NEAR);
  }, [set]);
  const follow = useCallback(() => {
    set(true);
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [set]);
  // After each piece, and when a phone turns to the chat
  useLayoutEffect(() => {
    if (following.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [messages, visible]);
  // On a small screen the keyboard takes half of the conversation away.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (following.current) log.current?.scrollTo({ top: log.current.scrollHeight });
    });
    observer.observe(log.current!);
    return () => observer.disconnect();
  }, []);
  return { log, follows, follow, onScroll };
}
