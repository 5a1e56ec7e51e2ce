import { startTestEnvironment } from '@torii/testing';
import { createServer } from 'node:http';
import { serveParent } from '../processes/serve-parent.ts';
import { listen } from '../servers/listen.ts';
import { createNaiveApp } from './app.ts';
import { connectModels } from './models.ts';
import { runNaiveRelay } from './relay.ts';

const { mariadbPort, master } = startTestEnvironment();
const sequelize = await connectModels({ port: mariadbPort, database: process.env['DATABASE_NAME'] ?? '', ...master });
const server = createServer(createNaiveApp(sequelize, process.env['TOKEN_ISSUER'] ?? ''));
const origin = await listen(server);
void runNaiveRelay(process.env['EVENTS_TOPIC_ARN'] ?? '');
serveParent({ origin });
