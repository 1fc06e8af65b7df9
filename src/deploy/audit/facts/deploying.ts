import type { ShellCommand } from '../documents/shell.ts';

/** Actions that put a version somewhere. */
export const deployingAction = new RegExp(
  `^(${[
    'appleboy/(ssh|scp|lambda)-action',
    'burnett01/rsync-deployments',
    'easingthemes/ssh-deploy',
    'azure/(webapps-deploy|functions-action|k8s-deploy|container-apps-deploy-action|aks-.*|static-web-apps-deploy)',
    'aws-actions/amazon-ecs-deploy-.*',
    'google-github-actions/(deploy-.*)',
    'superfly/flyctl-actions',
    'cloudflare/(wrangler|pages)-action',
    'akhileshns/heroku-deploy',
    'amondnet/vercel-action',
    'nwtgck/actions-netlify',
    'digitalocean/app_action.*',
    'bitovi/.*deploy.*',
    'docker/stack-deploy.*',
    'serversideup/github-action-docker-swarm-deploy',
    'deployphp/action',
    'bedrock-streaming/.*|railwayapp/.*|render.*/.*deploy.*|johnbeynon/render-deploy-action',
    '[^/]+/[^@]*deploy[^@]*',
  ].join('|')})(/[^@]*)?@`,
  'i',
);

const doing: readonly RegExp[] = [
  /^kubectl\b.*\b(apply|set image|rollout restart|replace|patch)\b/,
  /^(helm|helmfile)\b.*\b(upgrade|install|apply|sync)\b/,
  /^(kamal|mrsk)\b.*\b(deploy|redeploy|rollback|setup)\b/,
  /^(fly|flyctl)\b.*\bdeploy\b/,
  /^aws\b.*\b(update-service|update-function-code|create-deployment|s3 sync|start-deployment|update-stack|deploy)\b/,
  /^(gcloud)\b.*\b(deploy|update|rolling-action)\b/,
  /^az\b.*\b(deploy|deployment|update|restart)\b/,
  /^(eb|cap|bundle exec cap|serverless|sls|sam|cdk|copilot|now|vercel|netlify|wrangler|railway|render|firebase|nomad|pulumi|dokku|caprover|ecs-deploy|argocd|flux|waypoint|doctl|scalingo|clever|heroku|oc|skaffold|werf|porter|mina|fab|dep|deployer)\b/,
  /^ansible-playbook\b/,
  /^(terraform|tofu|terragrunt)\b.*\bapply\b/,
  /^(rsync|scp|sftp)\b.*(:|@)/,
  /^docker stack deploy\b/,
  /^git push\b.*\b(dokku|heroku|production|deploy|live)\b/,
  /^parstock (deploy|promote)\b/,
  /^systemctl\b.*\b(restart|reload)\b/,
  /^pm2\b.*\b(restart|reload|deploy|start|startOrReload)\b/,
];

/** Whether a command puts a version somewhere: here, or on the host that it is sent to. */
export function deployingCommand(command: ShellCommand, remote: boolean): boolean {
  const { name, words } = command;
  const text = [name, ...words.slice(1)].join(' ').replace(/\s+/g, ' ');
  if (isDryRun(text)) return false;
  if (doing.some((form) => form.test(text)))
    return !/^aws .*\bget-|^docker /.test(text) || /stack/.test(text);
  if (isComposeUp(command)) return true;
  if (/^docker (run|service (update|create)|container run)\b/.test(text)) return remote;
  if (/^docker start\b|^docker restart\b/.test(text)) return remote;
  if (name === 'curl' || name === 'wget') return isDeployHook(text);
  const program = words[0] ?? '';
  return (
    /(^|\/)(deploy|rollout|release|promote|ship|switch)[\w.-]*$/.test(program) &&
    (/\//.test(program) || /\.sh$/.test(program))
  );
}

function isDryRun(text: string): boolean {
  return /\s--?dry-run(=(client|server|true))?\b|\s--help\b|\s--version\b|\sversion$|\stemplate\b/.test(
    text,
  );
}

export function isComposeUp({ name, words }: ShellCommand): boolean {
  const text = words.slice(1).join(' ');
  return (
    (/^(docker|podman)$/.test(name) && /(^|\s)compose\b.*\s(up|restart)\b/.test(text)) ||
    (/^(docker|podman)-compose$/.test(name) && /(^| )(up|restart)\b/.test(text))
  );
}

/** A web address that starts a deployment at the provider. */
function isDeployHook(text: string): boolean {
  return (
    /deploy|hook|webhook|portainer|coolify|dispatches/i.test(text) &&
    !/api\.github\.com\/.*deployments|slack|discord|teams/i.test(text)
  );
}
