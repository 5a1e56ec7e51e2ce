import { type CreationOptional, DataTypes, type InferAttributes, type InferCreationAttributes, Model, Sequelize } from 'sequelize';

export class Item extends Model<InferAttributes<Item>, InferCreationAttributes<Item>> {
  declare id: string;
  declare ownerId: string;
  declare sku: string;
  declare name: string;
  declare description: string | null;
  declare category: string | null;
  declare priceMinor: number | null;
  declare priceCurrency: string | null;
  declare status: string;
  declare attributes: unknown;
  declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}

export class OutboxMessage extends Model<InferAttributes<OutboxMessage>, InferCreationAttributes<OutboxMessage>> {
  declare id: CreationOptional<number>;
  declare type: string;
  declare aggregateId: string;
  declare payload: unknown;
  declare createdAt: CreationOptional<Date>;
}

/** Tables with the columns and indexes of the catalog's; where that has a table for its search, this has MariaDB's own full text. */
export async function connectModels(connection: {
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}): Promise<Sequelize> {
  const sequelize = new Sequelize({
    ...connection,
    dialect: 'mysql',
    host: 'localhost',
    logging: false,
    timezone: '+00:00',
    // The services have as many here.
    pool: { max: 20 },
    dialectOptions: { ssl: { rejectUnauthorized: true } },
    define: { underscored: true },
  });
  defineItem(sequelize);
  OutboxMessage.init(
    {
      id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
      type: DataTypes.STRING(96),
      aggregateId: DataTypes.STRING(64),
      payload: DataTypes.JSON,
      createdAt: DataTypes.DATE(3),
    },
    { sequelize, tableName: 'outbox_messages', updatedAt: false },
  );
  await sequelize.sync();
  return sequelize;
}

function defineItem(sequelize: Sequelize): void {
  Item.init(
    {
      id: { type: DataTypes.CHAR(36), primaryKey: true },
      ownerId: DataTypes.CHAR(36),
      sku: DataTypes.STRING(64),
      name: DataTypes.STRING(300),
      description: DataTypes.TEXT,
      category: DataTypes.STRING(100),
      priceMinor: DataTypes.BIGINT.UNSIGNED,
      priceCurrency: DataTypes.CHAR(3),
      status: DataTypes.STRING(10),
      attributes: DataTypes.JSON,
      version: { type: DataTypes.INTEGER.UNSIGNED, defaultValue: 1 },
      createdAt: DataTypes.DATE(3),
      updatedAt: DataTypes.DATE(3),
    },
    {
      sequelize,
      tableName: 'items',
      indexes: [
        { unique: true, fields: ['owner_id', 'sku'] },
        { fields: ['status', 'created_at'] },
        { fields: ['status', 'category', 'created_at'] },
        { fields: ['owner_id', 'status', 'created_at'] },
        { fields: ['owner_id', 'status', 'category', 'created_at'] },
        { type: 'FULLTEXT', name: 'items_text', fields: ['name', 'description'] },
      ],
    },
  );
}
