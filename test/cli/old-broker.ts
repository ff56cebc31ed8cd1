import { DatabaseSync } from 'node:sqlite';

/** The tables of a Django project with dasf-broker-django 0.0.1.dev1, as far as an import looks at them. */
const SCHEMA = `
  create table django_migrations (id integer primary key, app text, name text, applied datetime);
  insert into django_migrations (app, name, applied) values
    ('dasf_broker', '0001_initial', '2025-02-13 15:01:02.029907'),
    ('dasf_broker', '0002_auto_20230213_1501', '2025-02-13 15:01:02.202965'),
    ('dasf_broker', '0003_brokertopic_api_info', '2025-02-13 15:01:02.243958');
  create table django_content_type (id integer primary key, app_label text, model text);
  insert into django_content_type values (10, 'dasf_broker', 'brokertopic');
  create table auth_permission (id integer primary key, content_type_id integer, codename text);
  insert into auth_permission values (1, 10, 'can_produce'), (2, 10, 'can_consume'), (3, 10, 'can_view_status'),
    (4, 10, 'add_brokertopic');
  create table auth_user (id integer primary key, username text unique, is_active bool, is_superuser bool);
  create table auth_user_groups (id integer primary key, user_id integer, group_id integer);
  create table auth_user_user_permissions (id integer primary key, user_id integer, permission_id integer);
  create table auth_group_permissions (id integer primary key, group_id integer, permission_id integer);
  create table guardian_userobjectpermission
    (id integer primary key, object_pk text, content_type_id integer, permission_id integer, user_id integer);
  create table guardian_groupobjectpermission
    (id integer primary key, object_pk text, content_type_id integer, permission_id integer, group_id integer);
  create table dasf_broker_brokertopic (id integer primary key, slug text unique, is_public bool,
    date_created datetime, supports_dasf bool, store_messages text, api_info text);
  create table dasf_broker_responsetopic (brokertopic_ptr_id integer primary key, is_response_for_id integer);
  create table dasf_broker_brokermessage (id integer primary key, message_id char(32), content text,
    topic_id integer, user_id integer references auth_user (id));
  create table dasf_broker_brokermessage_delivered_to
    (id integer primary key, brokermessage_id integer, user_id integer);`;

const RIGHTS = ['can_produce', 'can_consume', 'can_view_status'];

export interface OldTopic {
  readonly public?: boolean;
  readonly supportsDasf?: boolean;
  readonly storeMessages?: string;
  readonly responseFor?: number;
  readonly apiInfo?: object;
  /** Numbers of users by right. */
  readonly rights?: Readonly<Record<string, readonly number[]>>;
  /** Numbers of groups that may consume. */
  readonly consumingGroups?: readonly number[];
}

/** The database of a broker as dasf-broker-django leaves it, in a SQLite file. */
export class OldBroker implements Disposable {
  readonly database: DatabaseSync;

  constructor(path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
    this.user('AnonymousUser');
  }

  user(name: string, { active = true, groups = [] as readonly number[] } = {}): number {
    const id = this.#insert('auth_user', { username: name, is_active: Number(active), is_superuser: 0 });
    for (const group of groups) this.#insert('auth_user_groups', { user_id: id, group_id: group });
    return id;
  }

  mayCreate(user: number): void {
    this.#insert('auth_user_user_permissions', { user_id: user, permission_id: 4 });
  }

  topic(slug: string, topic: OldTopic = {}): number {
    const id = this.#insert('dasf_broker_brokertopic', {
      slug,
      is_public: Number(topic.public ?? false),
      date_created: '2025-03-01 10:00:00.123456',
      supports_dasf: Number(topic.supportsDasf ?? true),
      store_messages: topic.storeMessages ?? null,
      api_info: JSON.stringify(topic.apiInfo ?? {}),
    });
    const { responseFor, rights = {}, consumingGroups = [] } = topic;
    if (responseFor !== undefined)
      this.#insert('dasf_broker_responsetopic', { brokertopic_ptr_id: id, is_response_for_id: responseFor });
    const of = { object_pk: `${id}`, content_type_id: 10 };
    for (const [right, users] of Object.entries(rights)) {
      for (const user of users)
        this.#insert('guardian_userobjectpermission', {
          ...of,
          permission_id: RIGHTS.indexOf(right) + 1,
          user_id: user,
        });
    }
    for (const group of consumingGroups)
      this.#insert('guardian_groupobjectpermission', { ...of, permission_id: 2, group_id: group });
    return id;
  }

  /** @returns the frame, as its consumers would be sent it */
  message(
    topic: number,
    user: number,
    payload: string,
    deliveredTo: readonly number[] = [],
    more = '',
  ): string {
    const messageId = crypto.randomUUID();
    const frame = `{"payload": "${payload}", ${more}"messageId": "${messageId}", "publishTime": "2025-03-01T10:00:00.5+00:00"}`;
    const content = {
      message_id: messageId.replaceAll('-', ''),
      content: frame,
      topic_id: topic,
      user_id: user,
    };
    const id = this.#insert('dasf_broker_brokermessage', content);
    for (const one of deliveredTo)
      this.#insert('dasf_broker_brokermessage_delivered_to', { brokermessage_id: id, user_id: one });
    return frame;
  }

  #insert(table: string, row: Readonly<Record<string, string | number | null>>): number {
    const names = Object.keys(row);
    const statement = `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`;
    return Number(this.database.prepare(statement).run(...Object.values(row)).lastInsertRowid);
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}
