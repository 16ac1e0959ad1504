package resign

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wsc-respond/steps/durable/durabletest"
)

func TestAnInterruptedRunLeavesWholeModulesAndNothingElse(t *testing.T) {
	for _, at := range []string{"detach", "sign", "verify"} {
		y := newYard(t)
		paths := []string{y.write("a.wasm", y.signed), y.write("b.wasm", y.signed)}
		ctx, cancel := context.WithCancel(t.Context())
		y.signer.spoil = func(act string) error {
			if act == at {
				cancel()
			}
			return ctx.Err()
		}
		told, err := y.run(ctx, y.survey(y.request(paths...)))
		if err != nil || outcomes(told) != "failed not_reached" {
			t.Errorf("at %s: %+v, %v", at, told, err)
		}
		for _, path := range paths {
			if !bytes.Equal(y.read(path), y.signed) {
				t.Errorf("at %s: %s is not the old module", at, path)
			}
		}
		if left := append(y.names(y.work), y.names(y.served)...); !slices.Equal(left, []string{"a.wasm", "b.wasm"}) {
			t.Errorf("at %s, left behind: %v", at, left)
		}
	}
}

// Every act on the disk fails once, alone and as a crash.
func TestFaultAModuleIsAlwaysTheOldOneOrTheNewOne(t *testing.T) {
	for _, crash := range []bool{false, true} {
		for n := 1; ; n++ {
			disk := &durabletest.Disk{FailAt: n, Crash: crash}
			t.Run(fmt.Sprintf("crash %v, act %d", crash, n), func(t *testing.T) { oneFault(t, disk) })
			if !disk.Failed() {
				break
			}
		}
	}
}

func oneFault(t *testing.T, disk *durabletest.Disk) {
	y := newYard(t)
	path := y.write("a.wasm", y.signed)
	y.disk = disk
	told, err := y.run(t.Context(), y.survey(y.request(path)))

	now := y.read(path)
	isNew := bytes.Equal(now, y.fresh)
	if !isNew && !bytes.Equal(now, y.signed) {
		t.Fatalf("the module is neither: %x", now)
	}
	if err == nil && len(told) == 1 && told[0].Outcome == Resigned && !isNew {
		t.Error("it is told to be signed anew and is not")
	}
	if kept, err := os.ReadFile(filepath.Join(y.keep, digest(y.signed)+".sig")); isNew && (err != nil || !bytes.Equal(kept, bodyOf(y.signed))) {
		t.Errorf("the old signature is %x, %v", kept, err)
	}
	if list := y.entries(); isNew && (len(list) == 0 || list[0].State != "intended") {
		t.Errorf("the list is %+v", list)
	}

	// On a disk that works again, the next run ends it and clears up.
	y.disk = &durabletest.Disk{}
	if got := outcomes(y.mustRun(y.request(path))); got != "resigned" && got != "done_before" {
		t.Errorf("the next run told %s", got)
	}
	if !bytes.Equal(y.read(path), y.fresh) {
		t.Error("the module is not the new one in the end")
	}
	if left := y.names(y.served); !isNew && !slices.Equal(left, []string{"a.wasm"}) {
		t.Errorf("left behind: %v", left)
	}
}
