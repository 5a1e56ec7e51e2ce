import { itemDraft, itemId } from '@torii/contracts';
import express, { type Express, type Request, type Response } from 'express';
import { randomUUID } from 'node:crypto';
import { pinoHttp } from 'pino-http';
import type { Sequelize } from 'sequelize';
import { createAuthentication } from './authenticate.ts';
import { Item, OutboxMessage } from './models.ts';

// The same two operations as most services write them: each library with its defaults, each request on its own.

export function createNaiveApp(sequelize: Sequelize, issuer: string): Express {
  const app = express();
  app.use(pinoHttp());
  app.use(express.json());
  app.use(createAuthentication(issuer));
  app.get('/catalog/items/:id', readItem);
  app.post('/catalog/items', (request, response) => createItem(sequelize, request, response));
  return app;
}

async function readItem(request: Request, response: Response): Promise<void> {
  const id = itemId.safeParse(request.params['id']);
  if (!id.success) {
    response.status(400).json({ errors: id.error.issues });
    return;
  }
  const item = await Item.findByPk(id.data);
  if (item === null || (item.status !== 'listed' && item.ownerId !== response.locals['userId']))
    response.status(404).json({ message: 'Not found' });
  else response.json(present(item));
}

async function createItem(sequelize: Sequelize, request: Request, response: Response): Promise<void> {
  const draft = itemDraft.safeParse(request.body);
  if (!draft.success) {
    response.status(400).json({ errors: draft.error.issues });
    return;
  }
  const { price, ...content } = draft.data;
  const item = await sequelize.transaction(async (transaction) => {
    const values = { ...content, priceMinor: price?.amountMinor ?? null, priceCurrency: price?.currency ?? null };
    const created = await Item.create({ ...values, id: randomUUID(), ownerId: String(response.locals['userId']) }, { transaction });
    const event = { type: 'catalog.item.created.v2', aggregateId: created.id, payload: present(created) };
    await OutboxMessage.create(event, { transaction });
    return created;
  });
  response.status(201).location(`/v1/catalog/items/${item.id}`).json(present(item));
}

function present(item: Item): object {
  const { priceMinor, priceCurrency, ...rest } = item.toJSON();
  return { ...rest, price: priceCurrency === null ? null : { amountMinor: priceMinor, currency: priceCurrency } };
}
