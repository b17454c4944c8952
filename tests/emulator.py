"""Runs an AWS emulator for as long as standard input stays open: emulator.py moto|ministack PORT [policies] [stand-in].

The tests hold the other end of that pipe. When they end, however they end, the emulator ends too, and nothing is left
listening on the machine.
"""

import os
import signal
import sys
import threading


def end_with_the_tests():
    while sys.stdin.buffer.read(4096):
        pass
    # ministack starts helpers; they are in this process's group if the tests gave it one of its own.
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


# What a new account has; moto has every region of every partition.
ENABLED = """
ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1
eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
""".split()


def enable_regions_as_aws_does(backend):
    # The demo's account has opted out of most, so that its report stays short.
    enabled = os.environ.get("EMULATOR_REGIONS", "").split() or ENABLED
    backend.regions = [region for region in backend.regions if region.name in enabled]


def let_first_keys_be_old(days):
    """Dates the first key of every user back, which no API can be asked for."""
    from datetime import timedelta

    from moto.iam.models import User

    create = User.create_access_key

    def create_and_date_back(self, *args, **kwargs):
        key = create(self, *args, **kwargs)
        if len(self.access_keys) == 1:
            key.create_date -= timedelta(days=days)
        return key

    User.create_access_key = create_and_date_back


def keep_few_policies_of_aws(names):
    """AWS tells of its own policies those that are attached, moto all that there are, and each with its document."""
    from moto.iam.models import IAMBackend

    load = IAMBackend._init_aws_policies
    IAMBackend._init_aws_policies = lambda self: [policy for policy in load(self) if policy.name in names]


def stand_before_moto(port):
    """Lets the stand-in answer on the port what moto has not, and gives the port that it looks for moto on."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        behind = str(found.getsockname()[1])
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "seed"))
    import stand_in

    threading.Thread(target=stand_in.serve, args=(port, f"127.0.0.1:{behind}"), daemon=True).start()
    return behind


def name_roles_as_aws_does():
    """moto writes the name of AWS Config's own role in small letters."""
    from moto.iam.models import SERVICE_NAME_CONVERSION

    SERVICE_NAME_CONVERSION["config"] = "Config"


def main():
    name, port, *options = sys.argv[1:]
    policies = "policies" in options
    threading.Thread(target=end_with_the_tests, daemon=True).start()
    sys.argv = [name]
    if name == "moto":
        # As on AWS, one account cannot read another's buckets.
        os.environ["MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS"] = "false"
        # The policies that AWS manages; there are many, and each new account takes its time with them.
        os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true" if policies else "false"
        import automation
        from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
        from moto.server import main as serve

        enable_regions_as_aws_does(RegionsAndZonesBackend)
        name_roles_as_aws_does()
        automation.add_to_moto(port)
        if days := os.environ.get("EMULATOR_FIRST_KEYS_DAYS"):
            let_first_keys_be_old(int(days))
        if names := os.environ.get("EMULATOR_AWS_POLICIES"):
            os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
            keep_few_policies_of_aws(names.split())
        if "stand-in" in options:
            port = stand_before_moto(port)
        serve(["-H", "127.0.0.1", "-p", port])
    elif name == "ministack":
        os.environ.update(BIND_HOST="127.0.0.1", GATEWAY_PORT=port, MINISTACK_ACCOUNT_ID="123456789012")
        # Other ports that it would open.
        os.environ.update(SFTP_ENABLED="0", IOT_MTLS_ENABLED="0")
        from ministack.app import main as serve

        serve()
    else:
        sys.exit(f"there is no emulator {name}")


if __name__ == "__main__":
    main()
