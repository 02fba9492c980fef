// Checks what the project's journal made, with Go's own libraries: it prints what does not
// hold, one fault a line, and nothing where all does.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index, Size uint64
	Entry       []byte
	Proof       [][]byte
	Root        []byte
}

type consistency struct {
	Old, New uint64
	Proof    [][]byte
	OldRoot  []byte
	NewRoot  []byte
}

type told struct {
	Entries     [][]byte
	Roots       [][]byte
	Inclusion   []inclusion
	Consistency []consistency
	LogKey      string
	NextKey     string
	Checkpoint  string
	Overlap     string
	After       string
	Size        int64
	Tiles       string
	PrivateKey  string
	Signed      string
}

var faults int

func fault(format string, said ...any) {
	faults++
	fmt.Printf(format+"\n", said...)
}

func main() {
	var t told
	if err := json.NewDecoder(os.Stdin).Decode(&t); err != nil {
		panic(err)
	}
	roots(t)
	proofs(t)
	notes(t)
	tiles(t)
	if faults == 0 {
		fmt.Printf("agreed: %d inclusion, %d consistency\n", len(t.Inclusion), len(t.Consistency))
	}
}

// Every root against a compact range, which is a third way to compute it.
func roots(t told) {
	factory := compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
	grown := factory.NewEmptyRange(0)
	for size := 0; size <= len(t.Entries); size++ {
		root, err := grown.GetRootHash(nil)
		if size == 0 {
			root = rfc6962.DefaultHasher.EmptyRoot()
		}
		if err != nil || !bytes.Equal(root, t.Roots[size]) {
			fault("root of %d differs", size)
		}
		if size < len(t.Entries) {
			if err := grown.Append(rfc6962.DefaultHasher.HashLeaf(t.Entries[size]), nil); err != nil {
				panic(err)
			}
		}
	}
}

func hashes(raw [][]byte) []tlog.Hash {
	found := make([]tlog.Hash, len(raw))
	for at, each := range raw {
		copy(found[at][:], each)
	}
	return found
}

func proofs(t told) {
	for _, p := range t.Inclusion {
		leaf := rfc6962.DefaultHasher.HashLeaf(p.Entry)
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, p.Size, leaf, p.Proof, p.Root); err != nil {
			fault("merkle, inclusion of %d in %d: %v", p.Index, p.Size, err)
		}
		one := hashes([][]byte{p.Root, leaf})
		if err := tlog.CheckRecord(hashes(p.Proof), int64(p.Size), one[0], int64(p.Index), one[1]); err != nil {
			fault("tlog, inclusion of %d in %d: %v", p.Index, p.Size, err)
		}
	}
	for _, p := range t.Consistency {
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, p.Old, p.New, p.Proof, p.OldRoot, p.NewRoot); err != nil {
			fault("merkle, consistency of %d with %d: %v", p.Old, p.New, err)
		}
		two := hashes([][]byte{p.OldRoot, p.NewRoot})
		if err := tlog.CheckTree(hashes(p.Proof), int64(p.New), two[1], int64(p.Old), two[0]); err != nil {
			fault("tlog, consistency of %d with %d: %v", p.Old, p.New, err)
		}
	}
}

func notes(t told) {
	verifier, err := note.NewVerifier(t.LogKey)
	if err != nil {
		fault("the log's key: %v", err)
		return
	}
	if _, err := note.Open([]byte(t.Checkpoint), note.VerifierList(verifier)); err != nil {
		fault("the checkpoint: %v", err)
	}
	rotation(t, verifier)
	signer, err := note.NewSigner(t.PrivateKey)
	if err != nil {
		fault("the private key: %v", err)
		return
	}
	text, _, _ := strings.Cut(t.Signed, "\n\n")
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	if err != nil || string(signed) != t.Signed {
		fault("Go signs the same note otherwise: %v", err)
	}
}

// Over a rotation of the log's key: the state of the overlap opens with the old key, with the new
// one and with both, the one after it with the new key only.
func rotation(t told, old note.Verifier) {
	next, err := note.NewVerifier(t.NextKey)
	if err != nil {
		fault("the log's next key: %v", err)
		return
	}
	known := []note.Verifiers{note.VerifierList(old), note.VerifierList(next), note.VerifierList(old, next)}
	for at, each := range known {
		if opened, err := note.Open([]byte(t.Overlap), each); err != nil || len(opened.Sigs) != 1+at/2 {
			fault("the overlap, by list %d: %v", at, err)
		}
	}
	if _, err := note.Open([]byte(t.After), note.VerifierList(next)); err != nil {
		fault("after the rotation: %v", err)
	}
	if _, err := note.Open([]byte(t.After), note.VerifierList(old)); err == nil {
		fault("after the rotation the old key signed")
	}
}

// The folder's tiles, read as Go's checksum database reads its own: it checks each against the root.
type folder struct{ root string }

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, each := range wanted {
		// Go writes the height first (tile/8/...), which tlog-tiles leaves out.
		path := "tile/" + strings.TrimPrefix(each.Path(), "tile/8/")
		content, err := os.ReadFile(filepath.Join(f.root, path))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func tiles(t told) {
	root := hashes([][]byte{t.Roots[t.Size]})[0]
	reader := tlog.TileHashReader(tlog.Tree{N: t.Size, Hash: root}, folder{t.Tiles})
	for index := int64(0); index < t.Size; index++ {
		path, err := tlog.ProveRecord(t.Size, index, reader)
		if err != nil {
			fault("tiles, entry %d: %v", index, err)
			return
		}
		if err := tlog.CheckRecord(path, t.Size, root, index, tlog.RecordHash(t.Entries[index])); err != nil {
			fault("tiles, entry %d: %v", index, err)
		}
	}
}
