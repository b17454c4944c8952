//! Ways through services that run something under a role. One table, a row a way: long, since AWS has many such services,
//! and in one place, so that it can be held against a list of them.

use super::{Means, Need, On, Service, Thing, Way, need, way};

/// Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
const PASS: Need = need("iam:PassRole", On::Subject);

const fn service(principal: &'static str) -> Service {
    Service { principal, by_profile: false }
}

/// EC2 takes a role out of an instance profile, which has to be there, or to be made.
const EC2: Service = Service { principal: "ec2.amazonaws.com", by_profile: true };
const EC2_NEW: Service = service("ec2.amazonaws.com");
const LAMBDA: Service = service("lambda.amazonaws.com");
const GLUE: Service = service("glue.amazonaws.com");
const CLOUDFORMATION: Service = service("cloudformation.amazonaws.com");
const CODEBUILD: Service = service("codebuild.amazonaws.com");
const ECS: Service = service("ecs-tasks.amazonaws.com");
const SAGEMAKER: Service = service("sagemaker.amazonaws.com");
const DATA_PIPELINE: Service = service("datapipeline.amazonaws.com");
const STATES: Service = service("states.amazonaws.com");
const SCHEDULER: Service = service("scheduler.amazonaws.com");
const SSM: Service = service("ssm.amazonaws.com");
const APP_RUNNER: Service = service("tasks.apprunner.amazonaws.com");
const EMR_SERVERLESS: Service = service("emr-serverless.amazonaws.com");
const AGENT_CORE: Service = service("bedrock-agentcore.amazonaws.com");
const ROLES_ANYWHERE: Service = service("rolesanywhere.amazonaws.com");

const fn thing(en: &'static str, ja: &'static str) -> Thing {
    Thing { en, ja }
}

const A_FUNCTION: Thing = thing("a Lambda function", "Lambda 関数");
const AN_INSTANCE: Thing = thing("an EC2 instance", "EC2 インスタンス");
const A_GROUP_OF_INSTANCES: Thing =
    thing("a group of instances made from a launch template", "起動テンプレートから作成されるインスタンス群");
const A_STACK: Thing = thing("a CloudFormation stack", "CloudFormation スタック");
const A_STACK_SET: Thing = thing("a CloudFormation stack set", "CloudFormation スタックセット");
const A_PROJECT: Thing = thing("a CodeBuild project", "CodeBuild プロジェクト");
const A_TASK: Thing = thing("an ECS task", "ECS タスク");
const A_DEV_ENDPOINT: Thing = thing("a Glue development endpoint", "Glue 開発エンドポイント");
const A_NOTEBOOK: Thing = thing("a SageMaker notebook", "SageMaker ノートブック");
const A_MACHINE: Thing = thing("a state machine", "ステートマシン");
const AN_APP: Thing = thing("an App Runner service", "App Runner サービス");
const AN_INTERPRETER: Thing = thing("an AgentCore code interpreter", "AgentCore コードインタープリター");

const FUNCTION: On = On::Some("arn:{partition}:lambda:{region}:{account}:function:{name}");
const INSTANCE: On = On::Some("arn:{partition}:ec2:{region}:{account}:instance/{name}");
const IMAGE: On = On::Some("arn:{partition}:ec2:{region}::image/{name}");
const SPOT: On = On::Some("arn:{partition}:ec2:{region}:{account}:spot-instances-request/{name}");
const TEMPLATE: On = On::Some("arn:{partition}:ec2:{region}:{account}:launch-template/{name}");
const TASK_DEFINITION: On = On::Some("arn:{partition}:ecs:{region}:{account}:task-definition/{name}:{name}");
const TASK: On = On::Some("arn:{partition}:ecs:{region}:{account}:task/{name}");
const ECS_SERVICE: On = On::Some("arn:{partition}:ecs:{region}:{account}:service/{name}");
const PROJECT: On = On::Some("arn:{partition}:codebuild:{region}:{account}:project/{name}");
const STACK: On = On::Some("arn:{partition}:cloudformation:{region}:{account}:stack/{name}");
const STACK_SET: On = On::Some("arn:{partition}:cloudformation:{region}:{account}:stackset/{name}");
const DEV_ENDPOINT: On = On::Some("arn:{partition}:glue:{region}:{account}:devEndpoint/{name}");
const JOB: On = On::Some("arn:{partition}:glue:{region}:{account}:job/{name}");
const TRIGGER: On = On::Some("arn:{partition}:glue:{region}:{account}:trigger/{name}");
const SESSION: On = On::Some("arn:{partition}:glue:{region}:{account}:session/{name}");
const NOTEBOOK: On = On::Some("arn:{partition}:sagemaker:{region}:{account}:notebook-instance/{name}");
const NOTEBOOK_LIFECYCLE: On =
    On::Some("arn:{partition}:sagemaker:{region}:{account}:notebook-instance-lifecycle-config/{name}");
const TRAINING: On = On::Some("arn:{partition}:sagemaker:{region}:{account}:training-job/{name}");
const PROCESSING: On = On::Some("arn:{partition}:sagemaker:{region}:{account}:processing-job/{name}");
const PIPELINE: On = On::Some("arn:{partition}:datapipeline:{region}:{account}:pipeline/{name}");
const MACHINE: On = On::Some("arn:{partition}:states:{region}:{account}:stateMachine:{name}");
const SCHEDULE: On = On::Some("arn:{partition}:scheduler:{region}:{account}:schedule/{name}");
const DOCUMENT: On = On::Some("arn:{partition}:ssm:{region}:{account}:document/{name}");
const RUN_SHELL: On = On::Some("arn:{partition}:ssm:{region}::document/AWS-RunShellScript");
const AUTOMATION: On = On::Some("arn:{partition}:ssm:{region}:{account}:automation-definition/{name}:{name}");
const APP_SERVICE: On = On::Some("arn:{partition}:apprunner:{region}:{account}:service/{name}");
const JOB_DEFINITION: On = On::Some("arn:{partition}:batch:{region}:{account}:job-definition/{name}:{name}");
const APPLICATION: On = On::Some("arn:{partition}:emr-serverless:{region}:{account}:/applications/{name}");
const INTERPRETER: On = On::Some("arn:{partition}:bedrock-agentcore:{region}:{account}:code-interpreter-custom/{name}");
const PROFILE: On = On::Some("arn:{partition}:iam::{account}:instance-profile/{name}");

/// Where the Service Authorization Reference lists a service's actions.
macro_rules! reference {
    ($service:literal) => {
        concat!("https://docs.aws.amazon.com/service-authorization/latest/reference/list_", $service, ".html")
    };
}

pub(super) const WAYS: &[Way] = &[
    way(
        "pass-ec2-run-instances",
        Means::Pass(EC2),
        &[PASS, need("ec2:RunInstances", INSTANCE), need("ec2:RunInstances", IMAGE)],
        reference!("amazonec2"),
    ),
    way(
        "pass-ec2-run-instances-new-profile",
        Means::Pass(EC2_NEW),
        &[
            PASS,
            need("iam:CreateInstanceProfile", PROFILE),
            need("iam:AddRoleToInstanceProfile", PROFILE),
            need("ec2:RunInstances", INSTANCE),
            need("ec2:RunInstances", IMAGE),
        ],
        reference!("amazonec2"),
    ),
    way(
        "pass-ec2-request-spot",
        Means::Pass(EC2),
        &[PASS, need("ec2:RequestSpotInstances", SPOT)],
        reference!("amazonec2"),
    ),
    way(
        "pass-ec2-associate-profile-session",
        Means::Pass(EC2),
        &[PASS, need("ec2:AssociateIamInstanceProfile", INSTANCE), need("ssm:StartSession", INSTANCE)],
        reference!("amazonec2"),
    ),
    way(
        "pass-ec2-replace-profile-session",
        Means::Pass(EC2),
        &[PASS, need("ec2:ReplaceIamInstanceProfileAssociation", INSTANCE), need("ssm:StartSession", INSTANCE)],
        reference!("amazonec2"),
    ),
    way(
        "pass-lambda-invoke",
        Means::Pass(LAMBDA),
        &[PASS, need("lambda:CreateFunction", FUNCTION), need("lambda:InvokeFunction", FUNCTION)],
        reference!("awslambda"),
    ),
    way(
        "pass-lambda-event-source",
        Means::Pass(LAMBDA),
        &[PASS, need("lambda:CreateFunction", FUNCTION), need("lambda:CreateEventSourceMapping", On::All)],
        reference!("awslambda"),
    ),
    way(
        "pass-lambda-add-permission",
        Means::Pass(LAMBDA),
        &[PASS, need("lambda:CreateFunction", FUNCTION), need("lambda:AddPermission", FUNCTION)],
        reference!("awslambda"),
    ),
    way(
        "pass-lambda-url",
        Means::Pass(LAMBDA),
        &[
            PASS,
            need("lambda:CreateFunction", FUNCTION),
            need("lambda:CreateFunctionUrlConfig", FUNCTION),
            need("lambda:InvokeFunctionUrl", FUNCTION),
        ],
        reference!("awslambda"),
    ),
    way(
        "pass-glue-dev-endpoint",
        Means::Pass(GLUE),
        &[PASS, need("glue:CreateDevEndpoint", DEV_ENDPOINT)],
        reference!("awsglue"),
    ),
    way(
        "pass-glue-job-run",
        Means::Pass(GLUE),
        &[PASS, need("glue:CreateJob", JOB), need("glue:StartJobRun", JOB)],
        reference!("awsglue"),
    ),
    way(
        "pass-glue-job-trigger",
        Means::Pass(GLUE),
        &[PASS, need("glue:CreateJob", JOB), need("glue:CreateTrigger", TRIGGER)],
        reference!("awsglue"),
    ),
    way(
        "pass-glue-update-job-run",
        Means::Pass(GLUE),
        &[PASS, need("glue:UpdateJob", JOB), need("glue:StartJobRun", JOB)],
        reference!("awsglue"),
    ),
    way(
        "pass-glue-update-job-trigger",
        Means::Pass(GLUE),
        &[PASS, need("glue:UpdateJob", JOB), need("glue:CreateTrigger", TRIGGER)],
        reference!("awsglue"),
    ),
    way(
        "pass-glue-session",
        Means::Pass(GLUE),
        &[PASS, need("glue:CreateSession", SESSION), need("glue:RunStatement", SESSION)],
        reference!("awsglue"),
    ),
    way(
        "pass-cloudformation-create-stack",
        Means::Pass(CLOUDFORMATION),
        &[PASS, need("cloudformation:CreateStack", STACK)],
        reference!("awscloudformation"),
    ),
    way(
        "pass-cloudformation-update-stack",
        Means::Pass(CLOUDFORMATION),
        &[PASS, need("cloudformation:UpdateStack", STACK)],
        reference!("awscloudformation"),
    ),
    way(
        "pass-cloudformation-change-set",
        Means::Pass(CLOUDFORMATION),
        &[PASS, need("cloudformation:CreateChangeSet", STACK), need("cloudformation:ExecuteChangeSet", STACK)],
        reference!("awscloudformation"),
    ),
    way(
        "pass-cloudformation-stack-set",
        Means::Pass(CLOUDFORMATION),
        &[
            PASS,
            need("cloudformation:CreateStackSet", STACK_SET),
            need("cloudformation:CreateStackInstances", STACK_SET),
        ],
        reference!("awscloudformation"),
    ),
    way(
        "pass-cloudformation-update-stack-set",
        Means::Pass(CLOUDFORMATION),
        &[PASS, need("cloudformation:UpdateStackSet", STACK_SET)],
        reference!("awscloudformation"),
    ),
    way(
        "pass-codebuild-build",
        Means::Pass(CODEBUILD),
        &[PASS, need("codebuild:CreateProject", PROJECT), need("codebuild:StartBuild", PROJECT)],
        reference!("awscodebuild"),
    ),
    way(
        "pass-codebuild-batch",
        Means::Pass(CODEBUILD),
        &[PASS, need("codebuild:CreateProject", PROJECT), need("codebuild:StartBuildBatch", PROJECT)],
        reference!("awscodebuild"),
    ),
    way(
        "pass-codebuild-update-project",
        Means::Pass(CODEBUILD),
        &[PASS, need("codebuild:UpdateProject", PROJECT), need("codebuild:StartBuild", PROJECT)],
        reference!("awscodebuild"),
    ),
    way(
        "pass-ecs-run-task",
        Means::Pass(ECS),
        &[PASS, need("ecs:RegisterTaskDefinition", TASK_DEFINITION), need("ecs:RunTask", TASK_DEFINITION)],
        reference!("amazonelasticcontainerservice"),
    ),
    way(
        "pass-ecs-start-task",
        Means::Pass(ECS),
        &[PASS, need("ecs:RegisterTaskDefinition", TASK_DEFINITION), need("ecs:StartTask", TASK_DEFINITION)],
        reference!("amazonelasticcontainerservice"),
    ),
    way(
        "pass-ecs-create-service",
        Means::Pass(ECS),
        &[PASS, need("ecs:RegisterTaskDefinition", TASK_DEFINITION), need("ecs:CreateService", ECS_SERVICE)],
        reference!("amazonelasticcontainerservice"),
    ),
    way(
        "pass-ecs-update-service",
        Means::Pass(ECS),
        &[PASS, need("ecs:RegisterTaskDefinition", TASK_DEFINITION), need("ecs:UpdateService", ECS_SERVICE)],
        reference!("amazonelasticcontainerservice"),
    ),
    way(
        "pass-batch-submit-job",
        Means::Pass(ECS),
        &[PASS, need("batch:RegisterJobDefinition", JOB_DEFINITION), need("batch:SubmitJob", JOB_DEFINITION)],
        reference!("awsbatch"),
    ),
    way(
        "pass-sagemaker-notebook",
        Means::Pass(SAGEMAKER),
        &[
            PASS,
            need("sagemaker:CreateNotebookInstance", NOTEBOOK),
            need("sagemaker:CreatePresignedNotebookInstanceUrl", NOTEBOOK),
        ],
        reference!("amazonsagemaker"),
    ),
    way(
        "pass-sagemaker-training-job",
        Means::Pass(SAGEMAKER),
        &[PASS, need("sagemaker:CreateTrainingJob", TRAINING)],
        reference!("amazonsagemaker"),
    ),
    way(
        "pass-sagemaker-processing-job",
        Means::Pass(SAGEMAKER),
        &[PASS, need("sagemaker:CreateProcessingJob", PROCESSING)],
        reference!("amazonsagemaker"),
    ),
    way(
        "pass-datapipeline",
        Means::Pass(DATA_PIPELINE),
        &[
            PASS,
            need("datapipeline:CreatePipeline", On::All),
            need("datapipeline:PutPipelineDefinition", PIPELINE),
            need("datapipeline:ActivatePipeline", PIPELINE),
        ],
        reference!("awsdatapipeline"),
    ),
    way(
        "pass-states-execution",
        Means::Pass(STATES),
        &[PASS, need("states:CreateStateMachine", MACHINE), need("states:StartExecution", MACHINE)],
        reference!("awsstepfunctions"),
    ),
    way(
        "pass-scheduler",
        Means::Pass(SCHEDULER),
        &[PASS, need("scheduler:CreateSchedule", SCHEDULE)],
        reference!("amazoneventbridgescheduler"),
    ),
    way(
        "pass-ssm-automation",
        Means::Pass(SSM),
        &[PASS, need("ssm:CreateDocument", DOCUMENT), need("ssm:StartAutomationExecution", AUTOMATION)],
        reference!("awssystemsmanager"),
    ),
    way(
        "pass-apprunner-create",
        Means::Pass(APP_RUNNER),
        &[PASS, need("apprunner:CreateService", APP_SERVICE)],
        reference!("awsapprunner"),
    ),
    way(
        "pass-emr-cluster",
        Means::Pass(EC2),
        &[PASS, need("elasticmapreduce:RunJobFlow", On::All)],
        reference!("amazonelasticmapreduce"),
    ),
    way(
        "pass-emr-serverless",
        Means::Pass(EMR_SERVERLESS),
        &[PASS, need("emr-serverless:CreateApplication", On::All), need("emr-serverless:StartJobRun", APPLICATION)],
        reference!("amazonemrserverless"),
    ),
    way(
        "pass-agentcore-interpreter",
        Means::Pass(AGENT_CORE),
        &[
            PASS,
            need("bedrock-agentcore:CreateCodeInterpreter", INTERPRETER),
            need("bedrock-agentcore:StartCodeInterpreterSession", INTERPRETER),
            need("bedrock-agentcore:InvokeCodeInterpreter", INTERPRETER),
        ],
        reference!("amazonbedrockagentcore"),
    ),
    way(
        "pass-roles-anywhere",
        Means::Pass(ROLES_ANYWHERE),
        &[PASS, need("rolesanywhere:CreateTrustAnchor", On::All), need("rolesanywhere:CreateProfile", On::All)],
        reference!("awsidentityandaccessmanagementrolesanywhere"),
    ),
    way(
        "lambda-update-code",
        Means::Enter(LAMBDA, A_FUNCTION),
        &[need("lambda:UpdateFunctionCode", FUNCTION)],
        reference!("awslambda"),
    ),
    way(
        "lambda-update-layers",
        Means::Enter(LAMBDA, A_FUNCTION),
        &[need("lambda:UpdateFunctionConfiguration", FUNCTION)],
        reference!("awslambda"),
    ),
    way(
        "ssm-start-session",
        Means::Enter(EC2, AN_INSTANCE),
        &[need("ssm:StartSession", INSTANCE)],
        reference!("awssystemsmanager"),
    ),
    way(
        "ssm-send-command",
        Means::Enter(EC2, AN_INSTANCE),
        &[need("ssm:SendCommand", INSTANCE), need("ssm:SendCommand", RUN_SHELL)],
        reference!("awssystemsmanager"),
    ),
    way(
        "ssm-send-own-command",
        Means::Enter(EC2, AN_INSTANCE),
        &[need("ssm:SendCommand", INSTANCE), need("ssm:CreateDocument", DOCUMENT), need("ssm:SendCommand", DOCUMENT)],
        reference!("awssystemsmanager"),
    ),
    way(
        "ec2-instance-connect",
        Means::Enter(EC2, AN_INSTANCE),
        &[need("ec2-instance-connect:SendSSHPublicKey", INSTANCE)],
        reference!("amazonec2instanceconnect"),
    ),
    way(
        "ec2-user-data",
        Means::Enter(EC2, AN_INSTANCE),
        &[
            need("ec2:ModifyInstanceAttribute", INSTANCE),
            need("ec2:StopInstances", INSTANCE),
            need("ec2:StartInstances", INSTANCE),
        ],
        reference!("amazonec2"),
    ),
    way(
        "ec2-launch-template",
        Means::Enter(EC2, A_GROUP_OF_INSTANCES),
        &[need("ec2:CreateLaunchTemplateVersion", TEMPLATE), need("ec2:ModifyLaunchTemplate", TEMPLATE)],
        reference!("amazonec2"),
    ),
    way(
        "ecs-execute-command",
        Means::Enter(ECS, A_TASK),
        &[need("ecs:ExecuteCommand", TASK)],
        reference!("amazonelasticcontainerservice"),
    ),
    way(
        "cloudformation-update-stack",
        Means::Enter(CLOUDFORMATION, A_STACK),
        &[need("cloudformation:UpdateStack", STACK)],
        reference!("awscloudformation"),
    ),
    way(
        "cloudformation-change-set",
        Means::Enter(CLOUDFORMATION, A_STACK),
        &[need("cloudformation:CreateChangeSet", STACK), need("cloudformation:ExecuteChangeSet", STACK)],
        reference!("awscloudformation"),
    ),
    way(
        "cloudformation-update-stack-set",
        Means::Enter(CLOUDFORMATION, A_STACK_SET),
        &[need("cloudformation:UpdateStackSet", STACK_SET)],
        reference!("awscloudformation"),
    ),
    way(
        "codebuild-start-build",
        Means::Enter(CODEBUILD, A_PROJECT),
        &[need("codebuild:StartBuild", PROJECT)],
        reference!("awscodebuild"),
    ),
    way(
        "codebuild-start-batch",
        Means::Enter(CODEBUILD, A_PROJECT),
        &[need("codebuild:StartBuildBatch", PROJECT)],
        reference!("awscodebuild"),
    ),
    way(
        "glue-update-dev-endpoint",
        Means::Enter(GLUE, A_DEV_ENDPOINT),
        &[need("glue:UpdateDevEndpoint", DEV_ENDPOINT)],
        reference!("awsglue"),
    ),
    way(
        "sagemaker-notebook-url",
        Means::Enter(SAGEMAKER, A_NOTEBOOK),
        &[need("sagemaker:CreatePresignedNotebookInstanceUrl", NOTEBOOK)],
        reference!("amazonsagemaker"),
    ),
    way(
        "sagemaker-notebook-lifecycle",
        Means::Enter(SAGEMAKER, A_NOTEBOOK),
        &[
            need("sagemaker:CreateNotebookInstanceLifecycleConfig", NOTEBOOK_LIFECYCLE),
            need("sagemaker:StopNotebookInstance", NOTEBOOK),
            need("sagemaker:UpdateNotebookInstance", NOTEBOOK),
            need("sagemaker:StartNotebookInstance", NOTEBOOK),
        ],
        reference!("amazonsagemaker"),
    ),
    way(
        "states-update-machine",
        Means::Enter(STATES, A_MACHINE),
        &[need("states:UpdateStateMachine", MACHINE), need("states:StartExecution", MACHINE)],
        reference!("awsstepfunctions"),
    ),
    way(
        "apprunner-update",
        Means::Enter(APP_RUNNER, AN_APP),
        &[need("apprunner:UpdateService", APP_SERVICE)],
        reference!("awsapprunner"),
    ),
    way(
        "agentcore-invoke",
        Means::Enter(AGENT_CORE, AN_INTERPRETER),
        &[
            need("bedrock-agentcore:StartCodeInterpreterSession", INTERPRETER),
            need("bedrock-agentcore:InvokeCodeInterpreter", INTERPRETER),
        ],
        reference!("amazonbedrockagentcore"),
    ),
];
