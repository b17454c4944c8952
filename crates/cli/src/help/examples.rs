//! The examples at the end of each command's help.

/// Examples at the end of a command's help, by its name: English, Japanese.
pub(super) const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "asc",
        "\
Examples:
  asc demo                                look around without an account
  asc                                     scan the account of your AWS profile
  asc -c s3 -f json                       only the S3 checks, as JSON
  asc > asc.sarif                         for GitHub code scanning
  asc -f table -o asc.sarif -o asc.json   several reports of one scan
  asc explain ASC-12                      one check in full

Exit codes: 0 no alert; 1 alerts at or above --fail-on; 2 nothing was scanned;
3 no such alert, but something could not be read.
",
        "\
例:
  asc demo                                アカウントなしで試す
  asc                                     AWS プロファイルのアカウントをスキャン
  asc -c s3 -f json                       S3 のチェックだけを JSON で
  asc > asc.sarif                         GitHub code scanning 用
  asc -f table -o asc.sarif -o asc.json   1 回のスキャンで複数のレポート
  asc explain ASC-12                      チェックの詳しい説明

終了コード: 0 アラートなし、1 --fail-on 以上のアラートあり、2 スキャンできず、
3 該当アラートはないが読み取れなかったものあり。
",
    ),
    (
        "scan",
        "\
Examples:
  asc scan -c ASC-12 --region eu-west-1   one check, in one region
  asc scan --fail-on high                 end with 1 only on high and critical alerts
  asc scan -f table -o json=report        the table here, JSON into the file `report`
  asc scan --record account.ascrec        keep what AWS said ...
  asc scan --replay account.ascrec        ... and judge it again, offline
  asc scan --resume account.ascrec --record account.ascrec -o asc.json
                                          go on with a scan that was broken off
",
        "\
例:
  asc scan -c ASC-12 --region eu-west-1   1 つのチェックを 1 つのリージョンで
  asc scan --fail-on high                 重大度が高・緊急のアラートだけを終了コード 1 に
  asc scan -f table -o json=report        表を表示し、JSON をファイル `report` に
  asc scan --record account.ascrec        AWS の応答を記録し…
  asc scan --replay account.ascrec        …オフラインで判定し直す
  asc scan --resume account.ascrec --record account.ascrec -o asc.json
                                          中断したスキャンの続きを実行
",
    ),
    (
        "demo",
        "\
Examples:
  asc demo                                the report of the sample account
  asc demo -c ASC-12 --lang ja            one check, in Japanese
  asc demo -f sarif                       what GitHub code scanning would get
",
        "\
例:
  asc demo                                サンプルアカウントのレポート
  asc demo -c ASC-12 --lang en            1 つのチェックを英語で
  asc demo -f sarif                       GitHub code scanning に渡す内容
",
    ),
    (
        "fix",
        "\
Examples:
  asc fix                                 what would be changed, and how it would be undone
  asc fix -c ASC-13 --resource 'logs-*'   one check, some buckets
  asc fix --report asc.json --apply       asks, then puts right what the report found
  asc fix --apply --yes                   in scripts: what can interrupt nobody
  asc fix --apply --yes --careful         ... and what may
  asc fix --undo asc-fix-20270131t120000z.json
                                          back to what it was
  asc fix --via ssm --automation-role ARN what AWS's own runbooks would change instead
  asc fix --finish asc-fix-20270131t120000z.json
                                          what may end for good by now: keys that nobody missed
  asc permissions --fix                   the IAM policy that this needs

Exit codes: 0 nothing is left to fix; 1 something is; 2 nothing was done;
3 something could not be read, changed or undone.
",
        "\
例:
  asc fix                                 変更内容と、元に戻す方法を表示
  asc fix -c ASC-13 --resource 'logs-*'   1 つのチェック、一部のバケット
  asc fix --report asc.json --apply       確認のうえ、レポートの検出結果を修正
  asc fix --apply --yes                   スクリプト用: 誰にも影響しない変更だけ
  asc fix --apply --yes --careful         …影響する可能性のある変更も
  asc fix --undo asc-fix-20270131t120000z.json
                                          元の状態に戻す
  asc fix --via ssm --automation-role ARN AWS のランブックに変更させる場合の計画
  asc fix --finish asc-fix-20270131t120000z.json
                                          最終的に削除できるもの (影響のなかったキー) を表示
  asc permissions --fix                   必要な IAM ポリシー

終了コード: 0 修正するものなし、1 修正が残っている、2 何も行わなかった、
3 読み取り・変更・復元できなかったものあり。
",
    ),
    (
        "attest",
        "\
Examples:
  asc attest                              what is due, and when
  asc attest ASC-14                       look at the evidence and evaluate
  asc attest ASC-15 --evaluator 'A. Sato' --note 'as agreed in the review' --yes
",
        "\
例:
  asc attest                              期限の一覧
  asc attest ASC-14                       証跡を確認して評価する
  asc attest ASC-15 --evaluator '佐藤' --note '定例レビューで確認' --yes
",
    ),
    (
        "permissions",
        "\
Examples:
  asc permissions                         the policy for all checks
  asc permissions -c s3 --format terraform
  asc permissions --format cloudformation > asc-role-policy.yaml
",
        "\
例:
  asc permissions                         すべてのチェックに必要なポリシー
  asc permissions -c s3 --format terraform
  asc permissions --format cloudformation > asc-role-policy.yaml
",
    ),
    (
        "policy",
        "\
Examples:
  asc policy bucket-policy.json           who gets in, and is that everyone?
  asc policy 'policies/**/*.json' -f json one answer a document, for programs
  aws iam get-policy-version ... | jq .PolicyVersion.Document | asc policy -

Exit codes: 0 nothing public, no administrator; 1 some document is; 2 some document could not be read.
",
        "\
例:
  asc policy bucket-policy.json           誰が許可されるか、全員に公開されていないか
  asc policy 'policies/**/*.json' -f json ドキュメントごとの判定をプログラム向けに
  aws iam get-policy-version ... | jq .PolicyVersion.Document | asc policy -

終了コード: 0 公開も管理者権限もなし、1 該当するドキュメントあり、2 読み取れないドキュメントあり。
",
    ),
    (
        "guardrails",
        "\
Examples:
  asc guardrails list                     what can be kept so
  asc guardrails template                 one CloudFormation template of everything
  asc guardrails status                   what stands in the account, and what has drifted
",
        "\
例:
  asc guardrails list                     ガードレールの一覧
  asc guardrails template                 すべてを含む CloudFormation テンプレート
  asc guardrails status                   アカウントで維持されているもの、ずれているもの
",
    ),
    (
        "template",
        "\
Examples:
  asc guardrails template --only s3-encryption -o guardrails.yaml
  asc guardrails template --only guardduty,security-alerts --format terraform -o guardrails.tf
  asc guardrails template --report-only   observe, and change nothing
  asc guardrails template --for-account --region eu-west-1 -o guardrails.yaml
                                          made for what the account has there already

Exit codes: 0 written; 2 not written; 3 written, but something that --for-account looks for could not be
read: the template then does not make it. `asc permissions --guardrails` says what to allow.
",
        "\
例:
  asc guardrails template --only s3-encryption -o guardrails.yaml
  asc guardrails template --only guardduty,security-alerts --format terraform -o guardrails.tf
  asc guardrails template --report-only   検出のみで、何も変更しない
  asc guardrails template --for-account --region eu-west-1 -o guardrails.yaml
                                          アカウントの現状に合わせる

終了コード: 0 出力した、2 出力できず、3 出力したが --for-account で読み取れないものがあった (その場合、テンプレートでは
作成しません)。必要な許可は `asc permissions --guardrails` で確認できます。
",
    ),
    (
        "status",
        "\
Examples:
  asc guardrails status                   every guardrail in every region
  asc guardrails status --only s3-encryption --region eu-west-1 -f json

A rule counts by the managed rule that it is, whatever its name and its parameters are.
Exit codes: 0 all stand; 1 something is absent or has drifted; 2 nothing could be asked;
3 nothing worse than something that could not be read. `asc permissions --guardrails` says what to allow.
",
        "\
例:
  asc guardrails status                   すべてのガードレールとリージョン
  asc guardrails status --only s3-encryption --region eu-west-1 -f json

ルールは名前やパラメーターによらず、マネージドルールの種類で識別します。
終了コード: 0 すべて維持、1 ないもの・ずれているものあり、2 問い合わせできず、
3 読み取れなかったものだけあり。必要な許可は `asc permissions --guardrails` で確認できます。
",
    ),
    (
        "list",
        "Examples:\n  asc guardrails list         all guardrails\n  asc guardrails list -f json for programs\n",
        "例:\n  asc guardrails list         すべてのガードレール\n  asc guardrails list -f json プログラム向けの JSON\n",
    ),
    (
        "plan",
        "Examples:\n  asc plan              what `asc` would do\n  asc plan -c s3        only the S3 checks\n",
        "例:\n  asc plan              `asc` が行うこと\n  asc plan -c s3        S3 のチェックだけ\n",
    ),
    (
        "checks",
        "Examples:\n  asc checks            all checks\n  asc checks s3 -f json those over S3, for programs\n",
        "例:\n  asc checks            すべてのチェック\n  asc checks s3 -f json S3 のチェックを JSON で\n",
    ),
    (
        "explain",
        "Examples:\n  asc explain ASC-12\n  asc explain s3-bucket-public --lang ja\n",
        "例:\n  asc explain ASC-12\n  asc explain s3-bucket-public --lang en\n",
    ),
    (
        "schema",
        "Examples:\n  asc schema report > report.schema.json\n  asc schema config > asc.schema.json\n",
        "例:\n  asc schema report > report.schema.json\n  asc schema config > asc.schema.json\n",
    ),
    (
        "completions",
        "Examples:\n  asc completions bash > ~/.local/share/bash-completion/completions/asc\n  asc completions zsh > ~/.zfunc/_asc\n",
        "例:\n  asc completions bash > ~/.local/share/bash-completion/completions/asc\n  asc completions zsh > ~/.zfunc/_asc\n",
    ),
    ("man", "Examples:\n  asc man | man -l -\n", "例:\n  asc man | man -l -\n"),
];
