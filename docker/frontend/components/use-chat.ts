'use client';

import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { ApiError } from '../lib/api.ts';
import { type ChatHistory, type ChatMessage, chat } from '../lib/chat.ts';
import { serverEvents } from '../lib/event-stream.ts';
import { problemOfRequest, useBackend, useConnection } from './backend.tsx';

export interface Chat {
  readonly messages: readonly ChatMessage[];
  readonly assistant: ChatHistory['assistant'] | undefined;
  readonly loading: boolean;
  readonly problem: string | undefined;
  /** Whether an answer is coming. */
  readonly answering: boolean;
  /** Resolves to whether the question was taken. */
  readonly ask: (text: string) => Promise<boolean>;
  readonly stop: () => void;
  readonly clear: () => Promise<void>;
}

/**
 * The conversation.
 *
 * @param onTodosChanged called when the assistant has changed todos
 * @param onAnswer called with each answer when it is complete
 */
export function useChat(onTodosChanged: () => void, onAnswer: (text: string) => void): Chat {
  const { call, stream } = useBackend();
  const { returns } = useConnection();
  const [messages, dispatch] = useReducer(chat, []);
  const [assistant, setAssistant] = useState<ChatHistory['assistant']>();
  const [problem, setProblem] = useState<string>();
  const [answering, setAnswering] = useState(false);
  const running = useRef<AbortController>(null);
  const asked = useRef(0);

  // Read again when the connection is back
  useEffect(() => {
    if (running.current !== null) return;
    const abort = new AbortController();
    call<ChatHistory>('/api/chat', { signal: abort.signal }).then(
      ({ messages, assistant }) => {
        setAssistant(assistant);
        setProblem(undefined);
        if (running.current === null) dispatch({ type: 'history', messages });
      },
      (error) => !abort.signal.aborted && setProblem(problemOfRequest(error)),
    );
    return () => abort.abort();
  }, [returns, call]);
  useEffect(() => () => running.current?.abort(), []);

  const ask = useCallback(
    async (message: string): Promise<boolean> => {
      if (running.current !== null) return false;
      const abort = new AbortController();
      running.current = abort;
      asked.current += 1;
      dispatch({ type: 'ask', id: `answer-${asked.current}`, text: message });
      setAnswering(true);
      setProblem(undefined);
      let taken = false;
      let finished = false;
      let answer = '';
      try {
        const response = await stream('/api/chat', { method: 'POST', body: { message }, signal: abort.signal });
        taken = true;
        for await (const { event, data } of serverEvents(response.body!)) {
          const content = JSON.parse(data);
          if (event === 'text') {
            answer += content.text;
            dispatch({ type: 'piece', text: content.text });
          } else if (event === 'todos') onTodosChanged();
          else if (event === 'error') {
            finished = true;
            dispatch({ type: 'note', note: content.detail });
            answer += ` ${content.detail}`;
          } else if (event === 'done') {
            finished = true;
            dispatch({ type: 'done', id: content.message_id });
          }
        }
        if (!finished) dispatch({ type: 'note', note: CUT });
        onAnswer(finished ? answer : `${answer} ${CUT}`);
      } catch (error) {
        if (abort.signal.aborted) dispatch({ type: 'note', note: 'Stopped.' });
        else if (taken) dispatch({ type: 'note', note: CUT });
        else {
          dispatch({ type: 'unasked' });
          if (error instanceof ApiError) setProblem(problemOfRequest(error));
        }
        // It may have done something before it was stopped.
        if (taken) onTodosChanged();
      }
      running.current = null;
      setAnswering(false);
      return taken || abort.signal.aborted;
    },
    [stream, onTodosChanged, onAnswer],
  );

  const stop = useCallback(() => running.current?.abort(), []);

  const clear = useCallback(async () => {
    try {
      await call('/api/chat', { method: 'DELETE' });
      dispatch({ type: 'history', messages: [] });
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOfRequest(error));
    }
  }, [call]);

  return {
    messages,
    assistant,
    loading: assistant === undefined && problem === undefined,
    problem,
    answering,
    ask,
    stop,
    clear,
  };
}

const CUT = 'The answer was cut off. Try again in a moment.';
