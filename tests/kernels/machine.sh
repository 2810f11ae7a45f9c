# A virtual machine with a kernel of Debian's: what it boots from, and one life of it. Sourced by run,
# which sets top, build and kept (the folder where the machine's parts are kept).
# shellcheck shell=bash disable=SC2154

skip() {
	echo "kernels: $*" >&2
	exit 77
}

# The release of Debian that has a kernel.
suite_of() {
	case $1 in
	6.1) echo bookworm ;;
	6.12) echo trixie ;;
	newest) echo sid ;;
	esac
}

machine_needs() {
	[ "$(id -u)" = 0 ] || skip 'needs root'
	[ "$(uname -m)" = x86_64 ] || skip 'knows x86-64 only'
	# shellcheck disable=SC1091
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	mirror=$(sed -nE 's/^(URIs:|deb) +(\[[^]]*\] +)?([a-z]+:[^ ]+).*/\3/p' \
		/etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | sed 1q) || true
	if [ -z "$release" ] || [ -z "$mirror" ]; then
		skip 'no release and mirror of Debian are known here'
	fi
	local tool wanted=()
	for tool in qemu-system-x86_64:qemu-system-x86 debootstrap:debootstrap mkfs.ext4:e2fsprogs \
		modprobe:kmod; do
		command -v "${tool%:*}" >/dev/null || wanted+=("${tool#*:}")
	done
	[ ${#wanted[@]} = 0 ] || {
		echo "kernels: installs ${wanted[*]}" >&2
		apt-get update -qq >&2
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			"${wanted[@]}" >&2
	}
}

# The packages of the libraries that the programs are linked with, and of what the tests call.
base_packages() {
	# shellcheck disable=SC2046
	dpkg-query -S $(ldd "$build/bench/teardown" "$build/server/teardown-server" \
		"$build/tests/contract/contract_test" | sed -nE 's/.*=> (\/[^ ]+) .*/\1/p' | sort -u |
		sed -E 's/^\/lib/*\/lib/') 2>/dev/null | sed 's/:.*//' | sort -u
	printf '%s\n' busybox-static gcc iproute2 kmod libc6-dev nftables procps python3 strace
}

# A minimal Debian of this machine's release as a disk image.
base_make() {
	local packages
	packages=$(base_packages | paste -sd ,)
	[ "$(cat "$kept/packages" 2>/dev/null)" != "$packages" ] || return 0
	echo 'kernels: makes a minimal Debian' >&2
	rm -rf --one-file-system "$kept/base" "$kept/packages"
	debootstrap --variant=minbase --include="$packages" "$release" "$kept/base" "$mirror" \
		>"$kept/base.log" 2>&1 || { tail -n 3 "$kept/base.log" >&2 && return 1; }
	rm -rf "$kept"/base/var/cache/apt/* "$kept"/base/var/lib/apt/lists/*
	mkdir -p "$kept/base/project" "$kept/base/results" "$kept/base/lib/modules"
	truncate -s "$(($(du -sm "$kept/base" | cut -f 1) * 5 / 4 + 1000))M" "$kept/base.img"
	mkfs.ext4 -q -F -d "$kept/base" "$kept/base.img"
	echo "$packages" >"$kept/packages"
}

# kernel_make KERNEL: downloads it where that was not done, without installing anything.
kernel_make() {
	local folder=$kept/$1 options packages modules
	[ ! -e "$folder/version" ] || return 0
	echo "kernels: gets the kernel of $(suite_of "$1")" >&2
	rm -rf "$folder"
	mkdir -p "$folder"/lists/partial "$folder"/cache/archives/partial "$folder/deb"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $(suite_of "$1") main" \
		>"$folder/sources.list"
	options=(-o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root)
	apt-get "${options[@]}" update -qq >&2
	packages=$(apt-cache "${options[@]}" depends --recurse --important linux-image-cloud-amd64 |
		grep -E '^linux-(base|image|binary|modules)-[0-9].*cloud-amd64$' | sort -u)
	# shellcheck disable=SC2086
	(cd "$folder/deb" && apt-get "${options[@]}" download -qq $packages >&2)
	find "$folder/deb" -name '*.deb' -exec dpkg -x {} "$folder/tree" \;
	modules=$(find "$folder/tree" -type d -path '*lib/modules/*' -prune)
	mv "$(find "$folder/tree" -name 'vmlinuz*')" "$folder/vmlinuz"
	mkdir -p "$folder/root/lib/modules"
	mv "$modules" "$folder/root/lib/modules/"
	depmod -b "$folder/root" "$(basename "$modules")"
	initrd_make "$folder" "$(basename "$modules")"
	tar -C "$folder/root/lib/modules" -cf "$folder/modules.tar" .
	rm -rf "$folder"/{lists,cache,deb,tree,root}
	basename "$modules" >"$folder/version"
}

# initrd_make FOLDER VERSION: a shell, and the modules without which there is no disk.
initrd_make() {
	local module
	mkdir -p "$1"/initrd/{bin,dev,proc,root}
	cp "$kept/base/bin/busybox" "$1/initrd/bin/"
	for module in virtio_pci virtio_blk ext4; do
		modprobe -d "$1/root" -S "$2" --show-depends "$module" | sed -n 's/^insmod //p'
	done | awk '!seen[$1]++ {print $1}' | while read -r module; do
		case $module in
		*.xz) xz -dc "$module" ;;
		*.zst) zstd -dc "$module" ;;
		*) cat "$module" ;;
		esac >"$1/initrd/$(basename "$module" | sed 's/\.ko.*/.ko/')"
		echo "insmod /$(basename "$module" | sed 's/\.ko.*/.ko/')"
	done >"$1/initrd/modules"
	cp "$top/tests/kernels/first" "$1/initrd/init"
	(cd "$1/initrd" && find . | bin/busybox cpio -o -H newc) >"$1/initrd.cpio"
	rm -r "$1/initrd"
}

# project_pack FILE COMMAND…: the tree, what was built of it, and the command.
project_pack() {
	local file=$1
	shift
	mkdir "$work/pack"
	git -C "$top" ls-files -z --cached --others --exclude-standard |
		tar -C "$top" -c --null --files-from=- --ignore-failed-read | tar -x -C "$work/pack"
	(cd "$build" && find . -type f \( -perm -u+x -o -name '*.so' \) -print0 |
		tar -c --null --files-from=-) | (mkdir "$work/pack/build" && tar -x -C "$work/pack/build")
	echo "$*" >"$work/pack/.command"
	tar -C "$work/pack" -cf "$file" .
	rm -r "$work/pack"
}

# machine_run KERNEL WORK RESULTS: what the command prints goes to stdout. Fails as the command does.
machine_run() {
	local folder=$kept/$1 work=$2 results=$3 accelerator=tcg,thread=multi
	# Some hosts have a /dev/kvm that runs kernels of their own only: the processor has no virtualization.
	if [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then
		accelerator=kvm
	fi
	local seconds_max=${SECONDS_MAX:-2400}
	truncate -s 0 "$work/results.tar"
	truncate -s 256M "$work/results.tar"
	# Without cx16: the emulation of cmpxchg16b by qemu 7.2 crashes kernels from 6.12 on now and then.
	timeout "$seconds_max" qemu-system-x86_64 -accel "$accelerator" -cpu qemu64,-cx16 -smp 2 -m 2048 \
		-display none -monitor none -no-reboot -nic none -serial "file:$results/console.log" \
		-serial "file:$results/output.log" -kernel "$folder/vmlinuz" -initrd "$folder/initrd.cpio" \
		-append 'console=ttyS0 quiet panic=-1' \
		-drive "file=$kept/base.img,if=virtio,format=raw,snapshot=on" \
		-drive "file=$work/project.tar,if=virtio,format=raw,readonly=on" \
		-drive "file=$folder/modules.tar,if=virtio,format=raw,readonly=on" \
		-drive "file=$work/results.tar,if=virtio,format=raw" </dev/null >"$results/qemu.log" 2>&1 9>&- &
	qemu=$!
	tail -n +1 -F --pid "$qemu" "$results/output.log" 2>/dev/null 9>&- &
	# A trap is run while bash waits, not while a command of its own runs.
	wait "$qemu" || true
	qemu=''
	wait
	tar -C "$results" -xf "$work/results.tar" 2>/dev/null || true
	[ -s "$results/status" ] || {
		echo "kernels: the machine ended before the command did (SECONDS_MAX is $seconds_max)" >&2
		tail -n 5 "$results/console.log" "$results/qemu.log" >&2
		return 1
	}
	[ "$(cat "$results/status")" = 0 ]
}
