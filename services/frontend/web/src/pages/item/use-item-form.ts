import type { ItemDraft } from '@torii/contracts';
import { useState } from 'react';
import { decideDraft, type ItemForm, type ItemFormFault } from '../../domain/item-form.ts';

/** State of the item form; `submit` calls back only with a draft that makes sense. */
export function useItemForm(initial: ItemForm) {
  const [form, setForm] = useState(initial);
  const [fault, setFault] = useState<ItemFormFault>();
  const change = (part: Partial<ItemForm>) => {
    setFault(undefined);
    setForm((current) => ({ ...current, ...part }));
  };
  const submit = (onDraft: (draft: ItemDraft) => void) => {
    const decision = decideDraft(form);
    if ('fault' in decision) setFault(decision.fault);
    else onDraft(decision.draft);
  };
  return { form, fault, change, submit };
}
