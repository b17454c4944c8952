//! What Inspector scans.

use asc_aws::unread;
use asc_core::fact::Reads;
use asc_core::{Class, Cx, Fact, Operation, Per, Unread};
use aws_sdk_inspector2::types::State;
use serde::Serialize;

use super::client::{inspector, present};

const GET_STATUS: Operation =
    Operation::new("inspector2", "BatchGetAccountStatus", "inspector2:BatchGetAccountStatus").per(Per::Region);

/// The state of each kind of scan: `ENABLED`, `DISABLED`, `ENABLING`, `DISABLING`, `SUSPENDING` or `SUSPENDED`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScanningState {
    /// Of EC2 instances.
    pub ec2: String,
    /// Of images in ECR.
    pub ecr: String,
    /// Of Lambda functions; none where Inspector does not know how.
    pub lambda: Option<String>,
}

/// What Inspector scans of this account in a region.
#[derive(Debug)]
pub struct Scanning;

impl Fact for Scanning {
    type Key = String;
    type Value = ScanningState;
    const READS: &'static [Reads] = &[Reads::Call(GET_STATUS)];

    async fn read(cx: &Cx, region: &String) -> Result<ScanningState, Unread> {
        let own = &cx.account().id;
        let request = inspector(cx, region, GET_STATUS)?.batch_get_account_status().account_ids(own);
        let answer = request.send().await.map_err(|e| unread(GET_STATUS, &e))?;
        if let Some(failed) = answer.failed_accounts().iter().find(|failed| failed.account_id() == own) {
            let mut unread = Unread::new(GET_STATUS, Class::Refused, failed.error_message());
            unread.aws_code = Some(failed.error_code().as_str().into());
            return Err(unread);
        }
        let Some(account) = answer.accounts.into_iter().find(|account| account.account_id == *own) else {
            // Neither told of nor failed: Inspector has never heard of the account.
            let [ec2, ecr, lambda] = [(); 3].map(|()| "DISABLED".to_owned());
            return Ok(ScanningState { ec2, ecr, lambda: Some(lambda) });
        };
        let kinds = account.resource_state;
        let kinds = present(GET_STATUS, kinds, "resourceState")?;
        let status = |state: State| state.status.as_str().to_owned();
        Ok(ScanningState {
            ec2: present(GET_STATUS, kinds.ec2.map(status), "ec2")?,
            ecr: present(GET_STATUS, kinds.ecr.map(status), "ecr")?,
            lambda: kinds.lambda.map(status),
        })
    }
}
