import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '@prisma/client';
import { settings } from './settings.js';

export const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: settings.databaseUrl }),
});
