export interface ChatMessage {
  readonly id: number | string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** What went wrong, or that the user has stopped it. */
  readonly note?: string;
}

export interface ChatHistory {
  readonly messages: readonly ChatMessage[];
  readonly assistant: 'openai' | 'rules';
}

export const MAX_MESSAGE = 2000;

/** What became of the conversation, piece by piece. */
export type ChatAction =
  | { readonly type: 'history'; readonly messages: readonly ChatMessage[] }
  | { readonly type: 'ask'; readonly id: string; readonly text: string }
  | { readonly type: 'piece'; readonly text: string }
  | { readonly type: 'note'; readonly note: string }
  | { readonly type: 'done'; readonly id: number | string }
  /** The question never reached the assistant. */
  | { readonly type: 'unasked' };

/** While an answer comes, the last message is that answer. */
export function chat(messages: readonly ChatMessage[], action: ChatAction): readonly ChatMessage[] {
  const earlier = messages.slice(0, -1);
  const last = messages.at(-1);
  switch (action.type) {
    case 'history':
      return action.messages;
    case 'ask':
      return [
        ...messages,
        { id: `${action.id}-question`, role: 'user', text: action.text },
        { id: action.id, role: 'assistant', text: '' },
      ];
    case 'unasked':
      return messages.slice(0, -2);
    case 'piece':
      return last ? [...earlier, { ...last, text: last.text + action.text }] : messages;
    case 'note':
      return last ? [...earlier, { ...last, note: action.note }] : messages;
    case 'done':
      return last ? [...earlier, { ...last, id: action.id }] : messages;
  }
}
