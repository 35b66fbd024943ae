import type { FastifyInstance } from 'fastify';

export interface SwitchableCamera {
  readonly name: string;
  /** The same switch as the topic's. */
  switch(on: boolean): void;
}

/** `POST /api/cameras/:name/enabled` with `{"enabled": false}`: closes a camera, or opens it. */
export function registerCameras(
  app: FastifyInstance,
  { cameras }: { readonly cameras: readonly SwitchableCamera[] },
): void {
  app.post<{ Params: { name: string }; Body: unknown }>('/api/cameras/:name/enabled', (request, reply) => {
    const { name } = request.params;
    const camera = cameras.find((one) => one.name === name);
    if (!camera) return reply.code(404).send({ error: 'there is no such camera' });
    const enabled = enabledOf(request.body);
    if (enabled === undefined)
      return reply.code(400).send({ error: 'expected {"enabled": true} or {"enabled": false}' });
    camera.switch(enabled);
    return reply.send({ name, enabled });
  });
}

function enabledOf(body: unknown): boolean | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'enabled')) return undefined;
  const { enabled } = body as { enabled: unknown };
  return typeof enabled === 'boolean' ? enabled : undefined;
}
