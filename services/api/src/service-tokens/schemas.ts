import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;

export const NewServiceToken = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    /** The user whose token it is. */
    subject: Type.String({ minLength: 1, maxLength: 255 }),
    permissions: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100 })),
    /** When it ends, RFC 3339; left out or null: when it is revoked. */
    expires: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
  },
  closed,
);

const view = {
  id: Type.String(),
  name: Type.String(),
  subject: Type.String(),
  permissions: Type.Array(Type.String()),
  creator: Type.String(),
  created: Type.String(),
  expires: Type.Union([Type.String(), Type.Null()]),
};

/** A service token as operators see it: neither the token nor its hash. */
export const ServiceTokenView = Type.Object(view, closed);

/** The only answer that holds the token itself. */
export const IssuedServiceTokenView = Type.Object({ ...view, token: Type.String() }, closed);

export const ServiceTokenList = Type.Object({ serviceTokens: Type.Array(ServiceTokenView) }, closed);

export type ServiceTokenViewBody = Static<typeof ServiceTokenView>;
