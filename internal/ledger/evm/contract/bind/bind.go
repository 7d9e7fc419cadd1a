// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package bind

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// Campaign is an auto generated low-level Go binding around an user-defined struct.
type Campaign struct {
	Version      uint32
	Status       uint8
	Merchant     common.Address
	TermsHash    [32]byte
	Currency     [3]byte
	Units        uint64
	MaxDiscount  uint64
	StoredValue  bool
	Supply       uint32
	Open         uint32
	Cap          uint32
	Issued       uint32
	PerHolder    uint32
	PerDay       uint32
	Attestors    []common.Address
	ClaimFrom    uint64
	ClaimUntil   uint64
	ValidFrom    uint64
	ValidUntil   uint64
	ValidDays    uint32
	Offsets      []Offset
	Transferable bool
	Voidable     bool
	Rollback     uint8
	Grace        uint32
	Stores       []uint32
}

// CreateCampaign is an auto generated low-level Go binding around an user-defined struct.
type CreateCampaign struct {
	Author       common.Address
	Merchant     common.Address
	Terms        string
	Currency     [3]byte
	Units        uint64
	MaxDiscount  uint64
	StoredValue  bool
	Supply       uint32
	Open         uint32
	Cap          uint32
	PerHolder    uint32
	PerDay       uint32
	Attestors    []common.Address
	ClaimFrom    uint64
	ClaimUntil   uint64
	ValidFrom    uint64
	ValidUntil   uint64
	ValidDays    uint32
	Offsets      []Offset
	Transferable bool
	Voidable     bool
	Rollback     uint8
	Grace        uint32
	Stores       []uint32
	Deadline     uint64
}

// Hold is an auto generated low-level Go binding around an user-defined struct.
type Hold struct {
	Id       [32]byte
	Merchant common.Address
	Store    uint32
	Units    uint64
	Until    uint64
	Lines    uint32
}

// Issuance is an auto generated low-level Go binding around an user-defined struct.
type Issuance struct {
	Campaign [16]byte
	Root     [32]byte
	First    uint32
	Count    uint32
	Expiry   uint64
}

// Merchant is an auto generated low-level Go binding around an user-defined struct.
type Merchant struct {
	Version       uint32
	Root          common.Address
	NextRoot      common.Address
	NextFrom      uint64
	SuspendedFrom uint64
	Lost          uint64
}

// Offset is an auto generated low-level Go binding around an user-defined struct.
type Offset struct {
	From    uint64
	Minutes int16
}

// TallyMetaData contains all meta data concerning the Tally contract.
var TallyMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[],\"name\":\"AlreadyFounded\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"InvalidAdministration\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"InvalidOperators\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"index\",\"type\":\"uint256\"}],\"name\":\"MalformedCommand\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NotCanonical\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NotFounded\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"UseSubmit\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"UseTransaction\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"genesis\",\"type\":\"bytes32\"}],\"name\":\"WrongGenesis\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"commandHash\",\"type\":\"bytes32\"}],\"name\":\"Accepted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"attestor\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"allowed\",\"type\":\"bool\"}],\"name\":\"AttestorPut\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"auditor\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"}],\"name\":\"AuditorSet\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"status\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"supply\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"open\",\"type\":\"uint32\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"int16\",\"name\":\"minutes_\",\"type\":\"int16\"}],\"indexed\":false,\"internalType\":\"structOffset[]\",\"name\":\"offsets\",\"type\":\"tuple[]\"}],\"name\":\"CampaignChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"string\",\"name\":\"terms\",\"type\":\"string\"},{\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"maxDiscount\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"storedValue\",\"type\":\"bool\"},{\"internalType\":\"uint32\",\"name\":\"supply\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"open\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"cap\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perHolder\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perDay\",\"type\":\"uint32\"},{\"internalType\":\"address[]\",\"name\":\"attestors\",\"type\":\"address[]\"},{\"internalType\":\"uint64\",\"name\":\"claimFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"claimUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"validDays\",\"type\":\"uint32\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"int16\",\"name\":\"minutes_\",\"type\":\"int16\"}],\"internalType\":\"structOffset[]\",\"name\":\"offsets\",\"type\":\"tuple[]\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"voidable\",\"type\":\"bool\"},{\"internalType\":\"uint8\",\"name\":\"rollback\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"grace\",\"type\":\"uint32\"},{\"internalType\":\"uint32[]\",\"name\":\"stores\",\"type\":\"uint32[]\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"}],\"indexed\":false,\"internalType\":\"structCreateCampaign\",\"name\":\"create\",\"type\":\"tuple\"}],\"name\":\"CampaignCreated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"issue\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"root\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"first\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"}],\"name\":\"CampaignIssued\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"ledgerId\",\"type\":\"bytes32\"}],\"name\":\"Founded\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"hold\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"reference_\",\"type\":\"bytes32\"}],\"name\":\"HoldCaptured\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"hold\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"}],\"name\":\"HoldReleased\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"key\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"scopes\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"}],\"name\":\"KeyPut\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"operator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"}],\"name\":\"MerchantAdmitted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"operator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"lost\",\"type\":\"uint64\"}],\"name\":\"MerchantReinstated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"operator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"reason\",\"type\":\"string\"}],\"name\":\"MerchantSuspended\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"offer\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"}],\"name\":\"OfferCancelled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address[]\",\"name\":\"operators\",\"type\":\"address[]\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"threshold\",\"type\":\"uint32\"}],\"name\":\"OperatorsSet\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"acceptance\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"reference_\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"}],\"name\":\"OrderHeld\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"till\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"acceptance\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"reference_\",\"type\":\"bytes32\"}],\"name\":\"Redeemed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"kind\",\"type\":\"uint8\"}],\"name\":\"Refused\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"redemption\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"details\",\"type\":\"bytes32\"}],\"name\":\"RolledBack\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"root\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"effective\",\"type\":\"uint64\"}],\"name\":\"RootSet\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"}],\"name\":\"StorePut\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"}],\"name\":\"VoucherCancelled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"ordinal\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"attestor\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"subject\",\"type\":\"bytes32\"}],\"name\":\"VoucherClaimed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"issue\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"index\",\"type\":\"uint32\"}],\"name\":\"VoucherDelivered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"discount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"}],\"name\":\"VoucherHeld\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"discount\",\"type\":\"uint64\"}],\"name\":\"VoucherRedeemed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"}],\"name\":\"VoucherReleased\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"forfeit\",\"type\":\"bool\"}],\"name\":\"VoucherReturned\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"}],\"name\":\"VoucherTransferred\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"voucher\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"author\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"reason\",\"type\":\"string\"}],\"name\":\"VoucherVoided\",\"type\":\"event\"},{\"inputs\":[],\"name\":\"administration\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"place\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"address\",\"name\":\"attestor\",\"type\":\"address\"}],\"name\":\"attestorOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"bool\",\"name\":\"allowed\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"}],\"name\":\"attestorsOf\",\"outputs\":[{\"internalType\":\"address[]\",\"name\":\"list\",\"type\":\"address[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"auditor\",\"type\":\"address\"}],\"name\":\"auditorOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"auditors\",\"outputs\":[{\"internalType\":\"address[]\",\"name\":\"list\",\"type\":\"address[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"genesis\",\"type\":\"bytes32\"},{\"internalType\":\"address[]\",\"name\":\"members\",\"type\":\"address[]\"},{\"internalType\":\"uint32\",\"name\":\"threshold\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"administration\",\"type\":\"address\"}],\"name\":\"found\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"key\",\"type\":\"address\"}],\"name\":\"keyOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"scopes\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"ledgerId\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"}],\"name\":\"lostOf\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"lost\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"redemption\",\"type\":\"bytes32\"},{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"returnedOf\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"}],\"name\":\"standingOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"operatorsVersion\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"rootSince\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes[]\",\"name\":\"commands\",\"type\":\"bytes[]\"}],\"name\":\"submit\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"}],\"name\":\"campaignOf\",\"outputs\":[{\"components\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"uint8\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"termsHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes3\",\"name\":\"currency\",\"type\":\"bytes3\"},{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"maxDiscount\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"storedValue\",\"type\":\"bool\"},{\"internalType\":\"uint32\",\"name\":\"supply\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"open\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"cap\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"issued\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perHolder\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"perDay\",\"type\":\"uint32\"},{\"internalType\":\"address[]\",\"name\":\"attestors\",\"type\":\"address[]\"},{\"internalType\":\"uint64\",\"name\":\"claimFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"claimUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"validUntil\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"validDays\",\"type\":\"uint32\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"int16\",\"name\":\"minutes_\",\"type\":\"int16\"}],\"internalType\":\"structOffset[]\",\"name\":\"offsets\",\"type\":\"tuple[]\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"voidable\",\"type\":\"bool\"},{\"internalType\":\"uint8\",\"name\":\"rollback\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"grace\",\"type\":\"uint32\"},{\"internalType\":\"uint32[]\",\"name\":\"stores\",\"type\":\"uint32[]\"}],\"internalType\":\"structCampaign\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"extendedOf\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"extended\",\"type\":\"bool\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"holdOf\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"units\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"until\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"lines\",\"type\":\"uint32\"}],\"internalType\":\"structHold\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"address\",\"name\":\"wallet\",\"type\":\"address\"}],\"name\":\"holderOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"claims\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"day\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"today\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"issue\",\"type\":\"bytes32\"}],\"name\":\"issuanceOf\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"bytes32\",\"name\":\"root\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"first\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structIssuance\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"}],\"name\":\"merchantOf\",\"outputs\":[{\"components\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"root\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"nextRoot\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"nextFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"suspendedFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lost\",\"type\":\"uint64\"}],\"internalType\":\"structMerchant\",\"name\":\"record\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"operators\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"address[]\",\"name\":\"members\",\"type\":\"address[]\"},{\"internalType\":\"uint32\",\"name\":\"threshold\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"campaign\",\"type\":\"bytes16\"},{\"internalType\":\"uint32\",\"name\":\"serial\",\"type\":\"uint32\"}],\"name\":\"slotOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"slot\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"merchant\",\"type\":\"address\"},{\"internalType\":\"uint32\",\"name\":\"store\",\"type\":\"uint32\"}],\"name\":\"storeExists\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"exists\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "8ab96851584a0ca60a285bb727339f97ca",
	Bin: "0x60808060405234601557615d76908161001a8239f35b5f80fdfe60808060405260043610156100c0575b50346100bc57600154156100ad575f356001600160e01b03191663fb17ff3b60e01b1461009e576002546001600160a01b03166001600160401b03361161008a576040516100829161006b36601f01601f191660200183610b2c565b368252365f60208401375f60203684010152613280565b602081519101f35b634e487b7160e01b5f52604160045260245ffd5b636a7098af60e01b5f5260045ffd5b6366f9bff960e01b5f5260045ffd5b5f80fd5b5f3560e01c9081631c437942146109ca575080632254f925146109535780633847cb591461092b578063387fcef61461084c5780635af1e3cf1461080a578063646d0f30146107ee5780636d4593d21461075957806394cb331a146106e75780639f8df6f614610399578063bcd851d514610342578063c78ad3d9146102e15763d6e85d7514610150575f61000f565b346100bc5760203660031901126100bc576004356001600160401b0381116100bc57610180903690600401610aab565b3233148015906102d7575b6102c857610197610bbf565b90600154808352156100ad57604051918160051b828104602014831517156102b45783836101c6879384610bff565b9360448418935f93604083015b84861061020757878715908115916101fc575b506101ed57005b63d7c7beeb60e01b5f5260045ffd5b9050361415816101e6565b90919293949695878252826040528635908488038960051b8601351891601f19811689019860208a0199601f831661029a575b5061024f6001949392602060ff93018a610d8b565b90911680610268575b50501796970194939291906101d3565b60207f8d113fd950359a9bd15a700269818d92d001a2d82fdba58ddd59fc9ee395749c91604051908152a28a80610258565b6040019935600383901b60f8161b9093179261024f61023a565b634e487b7160e01b5f52601160045260245ffd5b630794896760e51b5f5260045ffd5b50333b151561018b565b346100bc5760403660031901126100bc576102fa610a19565b610302610a2f565b9060018060a01b03165f52600560205260405f209060018060a01b03165f526020526040805f205463ffffffff825191818116835260201c166020820152f35b346100bc5760403660031901126100bc576040610385610360610a45565b610368610a2f565b906001600160801b031981165f526007602052835f205490610c74565b63ffffffff83519216825215156020820152f35b346100bc5760803660031901126100bc576004356024356001600160401b0381116100bc576103cc903690600401610aab565b916103d5610a98565b606435939092906001600160a01b0385168086036100bc576001546106d857431515806106cc575b806106c1575b6106ae57610412368385610b64565b805163ffffffff8716979181151591826106a2575b5081610651575b81610645575b81610639575b501561062a576017903b111561061b5760207f01c8b0f686c13df0a9daa6c08ae09f70a91f23fb7a555e4c83b72376a02b0f2e9161054d956040518381019182523060601b604082015260348152610493605482610b2c565b51902090604051838101907f599a80fcaa47b95e2323ab4d34d34e0cc9feda4b843edafcc30c7bdf60ea15bf82527f41b8136d12213b67113ead8c54552311bb0224cbcae40f589789055ffb17354b60408201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608201528360808201526080815261052260a082610b2c565b519020906001600160601b0360a01b6002541617600255600155805f55604051908152a13691610b64565b8051600280546001600160a01b031660e09490941b6001600160e01b0319169390931760c09190911b63ffffffff60c01b1617600160a01b179091555f5b81518110156105cf576001906001600160a01b036105a98285610c60565b5116815f52600360205260405f20906001600160601b0360a01b8254161790550161058b565b7ff974358802550cf032e4059a8927a026c4ae3ae21b29520851b5d12af77ec82f610610838560405192839260018452606060208501526060840190610a5c565b9060408301520390a1005b63ed4a5e3360e01b5f5260045ffd5b630849699d60e11b5f5260045ffd5b9050518711158861043a565b60018910159150610434565b905061065c8161330c565b80610668575b9061042e565b5080511580610662575080511561068e5760208101516001600160a01b03161515610662565b634e487b7160e01b5f52603260045260245ffd5b60201015915089610427565b8363bfe209f960e01b5f5260045260245ffd5b505f40841415610403565b506101004311156103fd565b63016bc3d760e71b5f5260045ffd5b346100bc5760603660031901126100bc576024356001600160801b0319811681036100bc57610714610a98565b906004355f52600e602052640100000000600160a01b0363ffffffff60405f2093169160601c16175f5260205260206001600160401b0360405f205416604051908152f35b346100bc575f3660031901126100bc5760405180602060135491828152019060135f527f66de8ffda797e3de9c05e8fc57b3bf0ec28a930d40b0d285d93c06501cf6a090905f5b8181106107cf576107cb856107b781870382610b2c565b604051918291602083526020830190610a5c565b0390f35b82546001600160a01b03168452602090930192600192830192016107a0565b346100bc575f3660031901126100bc5760205f54604051908152f35b346100bc5760203660031901126100bc576001600160801b031961082c610a45565b165f52600c60205260206001600160401b0360405f205416604051908152f35b346100bc5760203660031901126100bc576001600160801b031961086e610a45565b16805f52600760205261088660405f20805490610f77565b905f52601160205260405f206108a76108a28351835490610bff565b610c0c565b915f5b83518110156109155760019082518082105f146108ef5750818060a01b036108d28285610c60565b51165b6108df8287610c60565b90838060a01b03169052016108aa565b6108fc6109029183610c3e565b85610c4b565b838060a01b0391549060031b1c166108d5565b604051602080825281906107cb90820187610a5c565b346100bc575f3660031901126100bc576002546040516001600160a01b039091168152602090f35b346100bc5760203660031901126100bc576001600160a01b03610974610a19565b165f52600460205260405f206001600160401b03600263ffffffff60018085015460e01c011692015416906107cb604051928392839092916001600160401b0360209163ffffffff604085019616845216910152565b346100bc5760203660031901126100bc576001600160a01b036109eb610a19565b165f908152601260209081526040918290205463ffffffff81168452811c6001600160401b03169083015290f35b600435906001600160a01b03821682036100bc57565b602435906001600160a01b03821682036100bc57565b600435906001600160801b0319821682036100bc57565b90602080835192838152019201905f5b818110610a795750505090565b82516001600160a01b0316845260209384019390920191600101610a6c565b6044359063ffffffff821682036100bc57565b9181601f840112156100bc578235916001600160401b0383116100bc576020808501948460051b0101116100bc57565b604081019081106001600160401b0382111761008a57604052565b60a081019081106001600160401b0382111761008a57604052565b606081019081106001600160401b0382111761008a57604052565b90601f801991011681019081106001600160401b0382111761008a57604052565b6001600160401b03811161008a5760051b60200190565b9291610b6f82610b4d565b93610b7d6040519586610b2c565b602085848152019260051b81019182116100bc57915b818310610b9f57505050565b82356001600160a01b03811681036100bc57815260209283019201610b93565b6040519060c082018281106001600160401b0382111761008a576040525f60a0838281528260208201528260408201528260608201528260808201520152565b919082018092116102b457565b90610c1682610b4d565b610c236040519182610b2c565b8281528092610c34601f1991610b4d565b0190602036910137565b919082039182116102b457565b805482101561068e575f5260205f2001905f90565b805182101561068e5760209160051b010190565b90929190600160ed1b8416610cbe575b610cac9293610ca7916001600160801b0319165f52600760205260405f20610f77565b610fc7565b908115610cb95760019190565b5f9190565b6001600160801b031981165f52601060205260405f2060018060a01b0383165f5260205260405f205463ffffffff811680610cfa575050610c84565b945060201c60ff1692915050565b9193929190600160ed1b8516610d3e575b936007610ca792610cac95966001600160801b0319165f520160205260405f20610f77565b6001600160801b031981165f526010820160205260405f2060018060a01b0384165f5260205260405f205463ffffffff811680610d7c575050610d19565b955060201c60ff169392505050565b918015808015610f6c575b610f555761068e57813560f81c91600b83108015610f4b575b80610f40575b610eae576001600160401b03821161008a57604051610dde601f8401601f191660200182610b2c565b828152602081019036848401116100bc57838383375f602085830101525190206020850152816001116100bc57600101905f190191600f8114610ea457600d8114610e9a57600e8114610e905760108114610e865760118114610e7c5760128114610e7257600b8114610e6857601a14610e5f57610e5b92613012565b9091565b610e5b92612d37565b50610e5b92612a1b565b50610e5b926126a0565b50610e5b92612377565b50610e5b92611fa2565b50610e5b92611bb4565b50610e5b926117cf565b50610e5b92611026565b91506084610f08916040610f19950151908060405195869363fb17ff3b60e01b6020860152602485015260406044850152816064850152848401375f838284010152601f801991011681010301601f198101835282610b2c565b6002546001600160a01b0316613280565b906040828051810103126100bc57604060208301519201519160ff831683036100bc579190565b50601a831415610db5565b5060128311610daf565b6040840151631cb0557760e11b5f5260045260245ffd5b5061c0008211610d96565b919060ff610f889160d81c16610c0c565b916004015f5b8351811015610fc3575f81815260208390526040902054600191906001600160a01b0316610fbc8287610c60565b5201610f8e565b5050565b906001600160a01b03165f5b825181101561100657816001600160a01b03610fef8386610c60565b511614610ffe57600101610fd3565b505050600190565b5050505f90565b6040519061101a82610adb565b5f602083606081520152565b919290611031610bbf565b5061103a613367565b506110436133bb565b60208201946060850190610100840182528301608086015260a08501925f845260208135188452611072610bbf565b50601f1981835103018735188451178452815160c081018352608081013560608201356040830135171760401c813560a01c17906110c681899060a090602081606085015103910135189101908151179052565b835160208101926110d68a615980565b915f905b8382106117495750509261110e9a926110ff6111059361113d968b51178b5283615638565b90615696565b999089516159cd565b8552604083016040860152611121613367565b50879060a0906060818185015103910135189101908151179052565b8151926101208401835260c084013560401c60a085013560181b606086013560201c604087013560208801351760a01c1717179161119185899060a090608081606085015103910135189101908151179052565b83519860208a01936111a28a61588b565b9a5f5b8c81106117275750508751178752839960405190819060051b91828101907f55bc67386dbd0e0f5d0cbc4ad91a18f5b835448ee25bb4e376d606fa019f880a8252602082019d5b82821061170e575050506101209b50906020912095604051987f86eb9c83db4df01587651fa5180cea767e2a4b89bf8354d2bd270d89a3f5010a8a52828a019c8d99818c019a6101408d016040523761125960808b019760a08c01998a526101408c20908a528d516159cd565b9483870195865260a08101606088015260e0601f1982855103019101351881511790525101956112888a6158e6565b5f5b8181106116f557505061129c8a614ab5565b83519a6112ac888683865f6133ef565b60ff81166116e85750876112ca916112c261100d565b50845f61353a565b98909a8b60ff81166116da57505f516020615d4a5f395f51905f526020808f930151604051908152a26080830180519094906001600160401b0316156115785791610140917f468b7b01afdd8eef7448509584f6b982c632d56435b336c0d0543103ff33b2609360018060a01b038651169260018060a01b036040840151169263ffffffff8b51169260018060a01b03606083015116905162ffffff60e81b60c084015116916101006001600160401b0360e0860151169401519451956001600160401b038d511697604051998a5260208a015260408901526060880152608087015260a086015260c085015260e0840152610100830152610120820152a18651519660ff881690602083015f5b8a81106113ec575050505050505050505050565b815185516060838102909201918235901c602083013517906001600160a01b0316611417848e614383565b61142291845f6144d4565b8285519061142f91610c60565b5190805f52600a6020526008821760405f20558b518460061b01908135908b518d5161ffff16918c5164ffffffffff16906040519261146d84610af6565b83526020830193845260408301928c8452606081019164ffffffffff87168352608082019384525f52600b60205260405f2090518155600101935161ffff16928454905160101b62ff000016915160181b67ffffffffff00000016925160401b64ffffffffff60401b169364ffffffffff60401b19916001600160401b0319161716171717905589516001600160401b031692604051946001600160801b031981351686526020013563ffffffff16602086015260408501526001600160401b03166060840152602001356001600160401b0316608083015260a082015260c07ff91f01d689cea46a8952e200440d1d66817f575b0c8e4930b618ef8be1ab0ce291a16001016113d8565b929b9796999a9591907f1ae0268c372002107bca80b45af6d8748713bcddaf94aeee7a8b211135b90eb29550610120945060018060a01b038d51169363ffffffff60018060a01b036040840151169451169060018060a01b0360608401511690519062ffffff60e81b60c085015116926101006001600160401b0360e087015116950151955196604051988952602089015260408801526060870152608086015260a085015260c084015260e0830152610100820152a15f92602088019160208601945b8651518110156116ce57600190611699855160608302016020810135813560601c178d8a5161169f575b50611672848c51610c60565b51905f52600a60205260405f205561168b838b51610c60565b518b518460061b0191614f60565b0161163c565b6116be90868060a01b039051166116b6868c614383565b90845f6144d4565b6116c8815f613d04565b8d611666565b50969550965050505050565b9b5050505050505050505050565b9a50505050505050505050565b806117078d8b60019460051b91615586565b500161128a565b60408f91818160209437606085208452019101906111ec565b6020600682901b83019081013560409182013517901c909217916001016111a5565b9091600190606084028301606081013560401c9060206040820135811c91013560801b1717179201906110da565b6040519061178482610b11565b5f6040838281528260208201520152565b356001600160801b0319811681036100bc5790565b356001600160a01b03811681036100bc5790565b3563ffffffff811681036100bc5790565b9192906117da6133bb565b602082019060608501956101e0840187528301608086015260a085015f81526020843518815260e08401966101208501916040860190606087019261016088013560808901351760401c843560201c8c3585351760801b87356101008c01358b35171760a01c17171790601f1989825103016101c08a0135188351178352516118628b6158e6565b5f915b818310611b8357505050815117905261187d88614ab5565b6118b860a06040517f898c1c168eb184c89f61ed9f75d48a736649e2b3ea52ccfbb3855a62d777b4d3815260808860208301372089516159cd565b845260a0860160408501526118fe60c06040517f1fe0cbbc5f72a81f5a4d4b7b09a49a3de3a3453347feb000fe17b1d3c9307ea3815260a08c60208301372089516159cd565b6020850152610180860160608501528351986040519660e088018881106001600160401b0382111761008a576040525f88525f60208901525f60408901526060880196611949611777565b88526080890197611958611777565b895261197460a08b019a5f8c5260c08101995f8b52845f61377f565b9b60ff8d16611b7657611aa363ffffffff968f966101407f258b5ec6de816b5ed280dd86ccf970e7da6a5007137ee4ba9f636aa9910eca969e9c9a97611ab49760c09f9d9a97611aae985f516020615d4a5f395f51905f5260208f9a810151604051908152a251906001600160801b03196119ee87611795565b165f526008602052611a0360405f20916117aa565b60018060a01b03165f5260205260405f209087808251161688198354161782556020810151906bffffffffffffffff0000000083549160408b60601b91015160601b169260201b16906fffffffffffffffffffffffff0000000019161717905501359a8b611aee575b505088518b640100000000600160a01b038580611a8886611795565b935116169160601c16175f52600a60205260405f2055611795565b9851169551926117be565b926117aa565b604080516001600160801b031990981688526020880195909552938601521660608401526001600160a01b0316608083015260a0820152a1565b51906001600160801b0319611b0284611795565b165f526009602052611b1760405f2091613979565b5f5260205260405f209084808251161685198354161782556020810151906bffffffffffffffff0000000083549160408860601b91015160601b169260201b16906fffffffffffffffffffffffff000000001916171790555f80611a6c565b5050505050505050505050565b90919260019060208560051b8401013560201c1793019190611865565b356001600160401b03811681036100bc5790565b91929092602084016060840191610140860183528501608085015260a08401915f835260808601946040870190606088019460a089019060c08a013582351760401c873560201c853560801b8b3589351760a01c17171760208b3518178152601f198a865103016101208b0135188151178152845194606086019052602085013560201c8151179052611c5d84839060a090604081606085015103910135189101908151179052565b611c66826158e6565b50611c7082614ab5565b611cb98460e0611cb0816040517f396e0912ef211e62ce7bd11b6702e1a394211e7c1f79b65d245c08184e9b6808815260c08b60208301372086516159cd565b9b018b886139b7565b60ff8116611f3d57506001600160801b0319611cd484611795565b165f52600760205260405f2054978815611f3057600160e91b891615611f2357611cfd84611795565b640100000000600160a01b0363ffffffff611d178a6117be565b169160601c161794855f52600a60205260405f20549384159081611ee3575b611d5d611d428a6117aa565b6001600160401b03611d5388611ba0565b1690888b5f613b9d565b9b60ff8d16611b7657611d7c611d9191611d768a611795565b5f613c32565b8762ffffff6103849160241c16020142101590565b611ed357958563ffffffff95680ffffffffffffffff08f611e14611e6f987f7e1d497c306ed47abd8378544e14a7912d91098edf4bc9c1fbe4731bf0beec5d9f60809f9d99819f9d611e639a611e1a965f516020615d4a5f395f51905f526020611e699f810151604051908152a2611ead575b90506008915016611e9e576117aa565b92611ba0565b60041b16916bfffffffffffffffffffffff76001600160601b03640ffffffff01992161616906001600160601b03199060601b161717955f52600a6020528560405f2055611795565b956117be565b936117aa565b604080516001600160801b031990961686529190931660208501528301526001600160a01b03166060820152a1565b611ea88c5f613d04565b6117aa565b611ecb928e611ec4611ebe8d611795565b926117be565b1690613c9b565b8d5f87611e04565b5060189a50505050505050505050565b9450611f1382611ef288611795565b611efb8c6117be565b9063ffffffff611f0a8d6117aa565b9216905f613a9d565b959060ff81166116da5750611d36565b5060239750505050505050565b50600b9750505050505050565b9750505050505050565b6040519061014082018281106001600160401b0382111761008a576040525f610120838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e0820152826101008201520152565b91929092611fae611f47565b50611fb7611f47565b5083016080838101919091526101c08401606084810191825261010086013561014090811887356020908118818a0135909418939093171760a08088019182528089013560c08a013517901c60e089013590931c9290921761012088013560181b17908701356101a08801351760401c17928601915190602082019361203c87615933565b925f905b848210612343575050815117905261205785614ab5565b829060405191829160051b928381017fb0832a134a50cefd2154324fd9508480ae5548fbfa214b74db7ae6c5cc7fa17c815260208101925b81831061232b575050505020916040517e1d3453e6835159921f1bea29d75d1b24ebb7e0657c1e2bf05423e8a51c805b81526101406020820193610160830160405284376120f1608082019260a08301958652610160832090865287516159cd565b966120fb84613d2f565b1561232057835193604083019461216a604060018060a01b0388511694606087019560018060a01b0387511663ffffffff8a5116906001600160401b036101408b0151169285519761214c89610af6565b885260208801528487015260608601526080850152018b835f613e13565b60ff811661231557508161217e915f613ecd565b9760ff891661230c579163ffffffff7f10e7a472389a3240be49e9d7c8a47ec0f7fff054539269d93d23f8531d9af2f69694928b5f516020615d4a5f395f51905f526020806101009a980151604051908152a2519460018060a01b039051169351169060018060a01b0390511662ffffff60e81b60c084015116906001600160401b0360e085015116926101208886015195015195604051978852602088015260408701526060860152608085015260a084015260c083015260e0820152a18051601f190135905f5b82811061225357505050565b60019082518160071b016020810135813560601c17906040810191823590805f52600b6020526122938264ffffffffff8860405f20015460181c16610c3e565b9361229e825f613d04565b815f52600a60205260081960405f20541692806122ef575b50505f52600a6020528060405f2055826122d4575b50505001612247565b6001600160401b036122e793169161414a565b5f80806122cb565b6122fd906123059294614f36565b928385614f60565b5f806122b6565b50505050505050565b985050505050505050565b506001955050505050565b60808181602093873760a0842085520192019161208f565b90916001908360071b8301608081013560608201351760401c9060206040820135811c91013560801b171717920190612040565b91929092612383610bbf565b5061238c610bbf565b50830160808381019190915261014084016060808501829052602080870135909118863582181760c061010088013581189190911760a0808801918252610160890198958601959493919261012086013560401c60e087013590931c90860135828701351790911c17176123ff8761588b565b925f905b84821061267c575050815117905261241a85614ab5565b859060405191829160051b928381017f2f3fee77d2930dc0423670db79ebd41d44702650b71b04efe6cc75b0250f19be815260208101925b818310612664575050505020906124ae604051967f5d1fbfc96f3f0c19fbc668fb0817c9598373cd663fec72fe2d9767e36ea2d417885260c0602089019560e08a01604052863760a0880193845260e0882090845286516159cd565b958251936124c2601f19860135809661400e565b1561232057519160018060a01b0360408301511692612533604060018060a01b03606086015116936001600160401b0360c063ffffffff6080890151169701511682519461250f86610af6565b855260208501978852828501958652606085019687526080850152018a835f613e13565b9760ff891661230c5789905f5b8881106126315750608094927f79501fb8e2101126b0d44ab362236c33bfdd3fe09ac2915d48f244cdd301577d9694925f516020615d4a5f395f51905f5260208063ffffffff950151604051908152a251935192519151604080519586526001600160a01b0394851660208701529190921690840152166060820152a15f5b8281106125cb57505050565b60019061262b83518260061b016020810135813560601c17805f52600b60205264ffffffffff8560405f20015460181c1691815f52600a60205261262660081960405f20541692805f52600a6020528360405f20555f613d04565b61414a565b016125bf565b9091506126468888518360061b01855f614071565b1561265657600101908a91612540565b506024985050505050505050565b60408181602093873760608420855201920191612452565b90916001908360061b830160206040820135811c91013560801b1717920190612403565b9192906126ab610bbf565b506126b46133bb565b90602081016060850195610160830187528201608086015260a08501955f875260408301966060840193608081013560401c85358a351760a01c17602082351817825261273260a06040517fe148e9cf305837b3e1d8239d4d87e22734202cedf6389ec5b302805ef54cfad2815260808760208301372089516159cd565b865260a081016040870152612745610bbf565b50601f19818451030160e0820135188251178252825160c081018452608081013560608201356040830135171760401c813560a01c179061279c818b9060a090602081606085015103910135189101908151179052565b845160208101926127ac8c615980565b915f905b8382106129ed575050926127df9694926110ff6127d69388966020995117875283615638565b95908b516159cd565b8489015261010081016060890152610140601f19828551030191013518815117905251019261280d876158e6565b5f5b8181106129d557505061282187614ab5565b6128308486519684865f6141a6565b60ff81166129c9579792602083019361284e601f1986510135610c0c565b995f905b8b518210156128ba57508a9291908061289461288c8a8a8a61287f866128778d6117aa565b935194614383565b926060870201915f61439e565b929096610c60565b528360ff81166128aa5750600101909192612852565b989b509799505050505050505050565b949a98997f71452125ef8fc453ad578ac435d03568465f10677a9b0edfa96a5da9c5cd2619945061290e915091885f516020615d4a5f395f51905f52602080604097969c9a9b9c01518751908152a26117aa565b8251913582526001600160a01b03166020820152a15f5b85518110156129bf576001907f30d40d3a2a325df7794af746a9a50bd4f02830694a803e3f45e9c32ddc235dcc6060865181840201612978858060a01b038d5116612970868c614383565b90835f6144d4565b612982848b610c60565b5160208201358235841c175f52600a60205260405f20556008196129a6858c610c60565b51166040805192833760408201525f808037a101612925565b5094935094505050565b94975093955050505050565b806129e660019260051b888c615586565b500161280f565b9091600190606084028301606081013560401c9060206040820135811c91013560801b1717179201906127b0565b919290926101208401606084015283016080830152602083019260408101608082019060a083019060c0840196873560401c833585351760201c833560801b833588351760a01c17171760a0880152612a7387614ab5565b612aaf6101006040517fd2c9e0eae909b23348555565565f7b8e75807077ce2984d31a8ddd2572d0b088815260e08860208301372088516159cd565b9763ffffffff612abe856117be565b1615612d0657612ada89612ad1886117aa565b60e08901614534565b15612cfa576001600160401b03612af3612af992611ba0565b16614582565b60ff8116612cf15750612b0e612b1e916117aa565b612b17866117aa565b905f6145a6565b60ff8116612ce95750612b31845f6146d0565b9190968760ff8116611f3d57507fdf163bacfddca014b3f9cda3ad497d8d96ce1ba3375107e155c7f7eebd926d37959363ffffffff93612cb1611ebe611e63612cab60c09a978f805f516020615d4a5f395f51905f526020808e9c0151604051908152a26001600160801b0319612ba783611795565b165f526007602052600260405f2001612bd281548b60601b612bc88c6117be565b60601b1690610bff565b905560608c013596612be383611795565b91612bed8c6117be565b6001612bf88c6117be565b9260405190612c0682610af6565b8c825260208201966001600160801b03191687528e60408301941684528e606083019516855262ffffff6103846080840197041686525f52600d60205260405f209051815501935160801c8454918d60801b905160801b16916001600160601b0360a01b1617178355518254908b60a01b908c60a01b9060a01b1616908b60a01b19161782555181549062ffffff8f1b908f1b169062ffffff8f1b1916179055611795565b986117aa565b93604051966001600160801b03191687528b602088015260018060a01b0316604087015260608601521660808401521660a0820152a1565b955050505050565b96505050505050565b50600296505050505050565b50600196505050505050565b63ffffffff60019116019063ffffffff82116102b457565b3580151581036100bc5790565b9192909261012084016060840152830160808301526060830160408401906080850160a0860160c087013560401c813560011c833560201c863560801b863560208c01358c35171760a01c1717171760a0870152612d9486614ab5565b612de0612dd36101006040517fbe40d73f073e3977e1bffa857271112462a935c6193d559bc50b83e30468196c815260e08b60208301372088516159cd565b9760e0810190895f6147f1565b9560ff871661300b575f516020615d4a5f395f51905f526020808a930151604051908152a263ffffffff612e13836117be565b1615612f52575b9063ffffffff60809392612f24612f1e612e89611e63612f187f8dae712ca4a565f5e228e2f843b8e8d84307ddb2264fb69d8039db95b9c27ef99a6001600160801b0319612e6782611795565b165f52600760205260405f20600160ed1b8154179055612e8e612e898a6117be565b612d12565b612e9788612d2a565b8960405192612ea584610adb565b1682521515602082019081526001600160801b0319612ec384611795565b165f52601060205260405f20612ed88d6117aa565b60018060a01b03165f52602052898060405f20935116168a1983541617825551151564ff0000000082549160201b169064ff000000001916179055611795565b976117aa565b91612d2a565b92604051946001600160801b031916855260018060a01b0316602085015216604083015215156060820152a1565b91906001600160801b0319612f6685611795565b165f52601160205260405f20612f7b836117aa565b9381546801000000000000000081101561008a57612f1e612e89611e63612f187f8dae712ca4a565f5e228e2f843b8e8d84307ddb2264fb69d8039db95b9c27ef99a60809a612fd88763ffffffff9a6001612f249a018155610c4b565b819291549060031b9160018060a01b0316821b9160018060a01b03901b19161790559a5050505050509192935050612e1a565b5050505050565b60a082810160608381018290529484016080808501919091529484018035831c604086018035602090811c929092178735831817888801359098189790971793850193909352919093019491939192919061306c856158e6565b5061307685614ab5565b6130b160806040517fa93f92f70df7981b8ccc414c22271e80f75e9876552cc7c0d799b435c00bf181815260608960208301372086516159cd565b956001600160a01b036130c3836117aa565b16158015613275575b61326b5735805f52600d60205260405f20926130e7816117be565b60018501549063ffffffff808360a01c169116101561325f5760801b936001600160801b031985165f52600760205260405f2063ffffffff6131568161312c866117be565b168484600163ffffffff80929493948160025f1992015460401c16011693015460801c1601900390565b169663ffffffff8816640100000000600160a01b038860601c161795865f52600a60205260405f2054613250579060206131946131a69594936117aa565b9101926131a0866117be565b926149be565b9390978860ff811661231557507f870467d0fc35273f4e615545f46f5a4e5ff1f6da540b4847ad0546de07e03ea99695949261324b94928b5f516020615d4a5f395f51905f5260208061320e960151604051908152a25f52600a6020528360405f20556117be565b604080516001600160801b0319909616865263ffffffff9687166020870152850192909252606084015292909216608082015290819060a0820190565b0390a1565b50600999505050505050505050565b50602996505050505050565b5060019450505050565b5060208435116130cc565b905f8091602081519101845af480806132f9575b156132b45750506040513d81523d5f602083013e60203d82010160405290565b156132d957639996b31560e01b5f9081526001600160a01b0391909116600452602490fd5b3d156132ea576040513d5f823e3d90fd5b63d6bda27560e01b5f5260045ffd5b503d1515806132945750813b1515613294565b60015b8151811015613360575f1981018181116102b4576001600160a01b03906133369084610c60565b51166001600160a01b0361334a8385610c60565b5116111561335a5760010161330f565b50505f90565b5050600190565b6040519061012082018281106001600160401b0382111761008a576040525f610100838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e08201520152565b60405190608082018281106001600160401b0382111761008a576040525f6060838281528260208201528260408201520152565b919492936133fd9082614af2565b158015613525575b61351b57845184518091148015906134f6575b6134eb5761343590604086015160018060a01b0384511690614534565b156134e15761345c60608501516040870195602060018060a01b0388511691015191614534565b156134e15761346a90614c88565b60ff81166134d9575060208401805190949061348f906001600160a01b031683614d05565b9360ff85166134d15763ffffffff60606134c495969760018060a01b039051169260018060a01b039051169301511692614d46565b156134cb57565b60089150565b505050915090565b925050915090565b5050915050600290565b505050915050602290565b5060a0820151801515908161350c575b50613418565b905060e087015114155f613506565b5050915050600190565b50613534856020830151614bde565b15613405565b919293905f9261354861100d565b61355a601f1960208501510135610c0c565b938482525f965f6135696133bb565b995f985b88518a10156137225750602087015160608a02019989158015613703575b6136db575b60208b01358b3560601c179a8b5f52600a880160205260405f20548d81155f146136bd57505088516135dc91906001600160a01b031660206135d28e87614383565b920135868b613a9d565b9b9060ff81166136ab5750888d8d6135fc93600160208c01525b8b614e83565b60ff811661369a5750608084015160068b901b01613621602082013582358f8f614ee7565b9b60ff8d1661368857600192918b61367b8e8d6001600160401b036080602097680ffffffffffffffff0604085015160041b1690640ffffffff819161792015116155f146136755761367590853590614f36565b92610c60565b520135019901989961356d565b50505050505095945095505050509190565b995050505050955095505050509190565b9a505050505050955095505050509190565b6135fc925081809e60088d9416156135f657600160208c01526135f6565b8a356001600160801b03191692506136f58c85858a614d92565b60ff811661369a5750613590565b506001600160801b031983166001600160801b03198c3516141561358b565b9a5050509196945094506001600160401b03925060c091500151161061374457565b60219250565b903590601e19813603018212156100bc57018035906001600160401b0382116100bc57602001918160051b360383136100bc57565b9392916101a08201613791818461374a565b905015908115613962575b50613944576137aa82614f99565b8061394d575b613944576137cd60408201516137c5846117aa565b835191614534565b1561393b576137e96001600160401b03612af360608501611ba0565b60ff8116613934575060208201946001600160801b031961380987611795565b165f526007810160205260405f2090815491600181015493600282015493602088019560408901958652865287526138418784615033565b60ff8116612315575061385790868851856150b4565b15613928578551613867916151eb565b906138868661387f6001600160401b03421685615285565b87846152a8565b9760ff891661230c5761389a878784615456565b1561391b576138c49392916138b16138b992611795565b885191613c32565b918451905190615509565b92909215613911579161390c9164ffffffffff6138e260c0956117aa565b915160381c16906103846001930460241b91603c1b906001600160601b03199060601b1617171790565b910152565b5060189450505050565b5060149750505050505050565b50601396505050505050565b9450505050565b50600293505050565b50600193505050565b506101808201356101608301351715156137b0565b60049150613970908461374a565b9050115f61379c565b613985604082016117aa565b90606060405191602083019360018060a01b0316845201356040820152604081526139b1606082610b2c565b51902090565b9260608401906001600160a01b036139ce836117aa565b1615918215613a6c575b508115613a49575b8115613a3a575b50610ffe576139ff916139f9846117aa565b90614534565b15613a3457806001600160401b0380613a2960a0613a226080613a319701611ba0565b9401611ba0565b1691166155c6565b90565b50600290565b6020915060600135115f6139e7565b905063ffffffff6001600160401b03613a6460808701611ba0565b1611906139e0565b613a779192506117aa565b6001600160a01b03613a88866117aa565b6001600160a01b03909216911614905f6139d8565b92909493915f9583158015613b94575b613b865783355f52600d850160205260405f2091602085013595600184015463ffffffff8160a01c16881090811591613b6a575b50613b5d57600701916001600160801b03191690815f5282602052613b2c878560405f20600163ffffffff80929493948160025f1992015460401c16011693015460801c1601900390565b03613b5157610e5b9697505f5260205263ffffffff608060405f2094019416926149be565b50505050505060299190565b5050505050505060299190565b60801b6001600160801b0319908116908516141590505f613ae1565b505050505090506015905f90565b50833515613aad565b9091949392613bac90866155f2565b60ff81166139345750600785169260038414613c2857613bcc9086615618565b9460ff8616613c225760081615159182613bfd575b5050613bf657600214613bf057565b601a9150565b50601e9150565b600b92505f520160205264ffffffffff600160405f20015460401c1642105f80613be1565b50505050565b50601b9450505050565b6001600160a01b0383165f90815260048201602052604090205460e01c93929091908415159081613c8b575b50613c67575050565b613a31929391600c916001600160801b0319165f520160205260405f205490610c3e565b600160ec1b16151590505f613c5e565b604080516001600160801b031992909216825263ffffffff928316602080840191909152908201939093528335606082015292909101351660808201527f870467d0fc35273f4e615545f46f5a4e5ff1f6da540b4847ad0546de07e03ea9908060a0810161324b565b600b0190805f528160205260405f2054613d1c575050565b5f526020525f6001604082208281550155565b608081015190601f1982013590601e8211908115613df4575b5061335a575f91829190825b828510613d65575050509050151590565b8460071b82016040810135906060810135640fffffffff8311908115613de3575b8115613dc8575b50613dbd576020810135903560601c17918210613db35760019586019594019301613d54565b5050505050505f90565b505050505050505f90565b8315915081613dd9575b505f613d8d565b905015155f613dd2565b661fffffffffffff81119150613d86565b661fffffffffffff915060c06001600160401b0391015116115f613d48565b90929391613e3090604085019560018060a01b0387511690614534565b15613ec457613e4b6001600160401b03608085015116614582565b9260ff8416613ebd57602081810180516001600160a01b03165f9081526004850190925260409091205490959060a01c63ffffffff1615613eb25763ffffffff60606134c495969760018060a01b039051169260018060a01b039051169301511692614d46565b505050915050600690565b5050915090565b50915050600290565b92915f935f926080830190601f198251013590613ee86133bb565b935f94600a820192600b8301945b808810613f2057505050505050505060c06001600160401b039101511610613f1a57565b60219150565b9091929394958097999b50518960071b01613f48848a6001600160801b0319843516886156dd565b60ff81166116da57506020810135813560601c1790815f528660205260405f205415613ffd57613f7a83828689614071565b15613fec576060604082013591013591805f528860205264ffffffffff600160405f20015460181c168211613fda57613fc09183915f52886020528660405f2054614ee7565b9b60ff8d16611b7657019860010196959493929190613ef6565b5060199c505050505050505050505050565b5060249b5050505050505050505050565b5060159b5050505050505050505050565b81158015614067575b61335a5760015b82811061402d57505050600190565b5f1981018181116102b45760061b82016020810135903560601c178160061b83016020810135903560601c1711156110065760010161401e565b50601e8211614017565b90916020810135813560601c175f52600b820160205260405f2093845494851515958661413f575b5085614127575b8561410a575b856140f6575b5050836140ba575b50505090565b356001600160801b0319165f908152600791909101602090815260408220549201516001600160a01b03908116921691909114915080806140b4565b6001015460101c60ff161493505f806140ac565b945061ffff60018601541663ffffffff60608601511614946140a6565b600181015460401c64ffffffffff16421095506140a0565b85511495505f614099565b6001600160401b037f15e0442edc76c6f19d79935b0cd2fa2aae3773d5cffbaa4110336b3cb2a70b7e9360809363ffffffff6020604051956001600160801b0319813516875201351660208501526040840152166060820152a1565b9194936141b39086614af2565b156139445760408101906001600160a01b036141ce836117aa565b161590602085018051823514801590614358575b61434c576040860151956141fd60208401976137c5896117aa565b1561433f5760600151885191516142219290916001600160a01b0390911690614534565b15614334576001600160401b03612af3606061423d9301611ba0565b9560ff871661300b576001600160401b03604081606084015116920151166102588101821161432857603c42011061431d57811561431357610384905b014211614309576143015761428e816117aa565b6001600160a01b03165f90815260048301602052604090205460a01c63ffffffff16156142f857906142c16005926117aa565b60018060a01b03165f52016020526142dc60405f20916117aa565b60018060a01b03165f52602052600160405f205416156134cb57565b50600693505050565b505f93505050565b50602d9450505050565b62093a809061427a565b506005955050505050565b50600496505050505050565b506002955050505050565b5060029750505050505050565b50602296505050505050565b508280156141e2575061436d602083016117aa565b88516001600160a01b03918216911614156141e2565b90601f198201356143945750505f90565b60051b8101350190565b949391949290926001600160801b031982351693845f526007820160205260018060a01b0360405f20541680159182156144ab575b505061449e576020820135823560601c175f52600a810160205260405f205493841561446b575b5050845161441492506001600160a01b03169050826155f2565b9260ff84161561444c575b60ff84161561442c575090565b6040680ffffffffffffffff091015160041b1690640ffffffff019161790565b92506144656001600160401b0360408501511682615618565b9261441f565b865161448695506001600160a01b0316926020013591613a9d565b809160ff81166144975780806143fa565b9350919050565b505050509050600b905f90565b6001600160a01b0316801515925090826144c9575b50505f806143d3565b141590505f806144c0565b9092919282158015614513575b613c225761450983614511956020946001600160801b03198535169586950135948591613a9d565b929050613c9b565b565b506020810135813560601c175f52600a820160205260405f205415156144e1565b614558919260208201359060ff601b600180831b038416943593821c011690615c1e565b50506001600160a01b03909116801515918261457357505090565b6001600160a01b031614919050565b905f9180421161459f576201518042011061459957565b60049150565b5060039150565b929190926145b48482614d05565b9360ff8516614663576001600160a01b038181165f908152600584016020908152604080832093871683529290522054600216614301576001600160a01b03165f90815260049091016020526040902060018101549060a082901c6001600160401b03168015159081614658575b501561464757506001600160a01b03165b6001600160a01b039081169116036134cb57565b546001600160a01b03169050614633565b90504210155f614622565b505050565b929190926146768482614d05565b9360ff8516614663576001600160a01b03165f90815260049091016020526040902060018101549060a082901c6001600160401b0316801515908161465857501561464757506001600160a01b039081169116036134cb57565b915f9160408101906001600160801b03196146ea83611795565b165f526007850160205260405f209081549260028301549160018060a01b03614715602083016117aa565b166001600160a01b038616036147e35760018360f81c036147d55763ffffffff8360601c16908163ffffffff61474d608084016117be565b16036147c65761476460a063ffffffff92016117be565b160163ffffffff808460201c168185160316106147b957614797846147a99697986147916147a394611795565b90613c32565b936001840154936151eb565b91615509565b919091156147b357565b60189250565b50600e95505f9450505050565b50600a97505f96505050505050565b50600c96505f955050505050565b50600b96505f955050505050565b919392606085019291906001600160a01b0361480c856117aa565b161561326b5790614820916139f9876117aa565b156149b65761483c6001600160401b03612af360c08701611ba0565b60ff81166149b057506020840190614866614856836117aa565b61485f876117aa565b9083614668565b9460ff8616613c225760408101936001600160801b031961488686611795565b165f90815260078401602052604090208054946001600160a01b03906148ab906117aa565b166001600160a01b038616036149a4576002015460f81c6003146149995760ff8460d81c1693841561498d5763ffffffff92916148f5916148ee611aae89611795565b9186610d08565b919083614904608084016117be565b911693849116036149815760a061491b9101612d2a565b1515901515146149775715928361493c575b50505061493657565b602f9150565b610100935061496d929160119161495b6001600160801b031991611795565b165f520160205260405f205490610bff565b10155f808061492d565b5060099450505050565b50600a96505050505050565b50600d96505050505050565b50600c955050505050565b50600b96505050505050565b93505050565b506002925050565b9091929493945f9583549160205f6040518281019082825263ffffffff60e01b8560e01b1660218201526001600160601b03198a60601b16602582015260198152614a0a603982610b2c565b604051918291518091835e8101838152039060025afa15614aaa57614a449260015f519601549563ffffffff808860a01c16931691615781565b15614a9e5764ffffffffff600162ffffff92015460381c169160c01c169061038482029180830461038414901517156102b457613a31926103846001930460241b91603c1b906001600160601b03199060601b1617171790565b50505090506029905f90565b6040513d5f823e3d90fd5b60a081015115801590614ae0575b614aca5750565b60400151631cb0557760e11b5f5260045260245ffd5b50606081015160808201511415614ac3565b60208101519291601f19840135918215908115614bd3575b8115614bb7575b8115614b99575b50614b92575f93845b838610614b35575050613a3192935061584a565b6060860282019060406020830135833560601c17920135908115918215614b83575b508115614b79575b50614b705760019586019501614b21565b505f9450505050565b905081105f614b5f565b640fffffffff1091505f614b57565b505f925050565b90506001600160401b0360408160608401511692015116115f614b18565b905063ffffffff6001600160401b036040830151161190614b11565b601e84119150614b0a565b6080820151601f19808201359390830135841480159190614c69575b50611006575f5b838110614c115750505050600190565b8060061b82018035908115918215614c56575b508115614c41575b50614c3957600101614c01565b505050505f90565b661fffffffffffff915060200135115f614c2c565b606084028601604001351091505f614c24565b661fffffffffffff915060c06001600160401b0391015116115f614bfa565b906001600160401b03604083015116614cae6001600160401b03606085015116826155c6565b9260ff841615801590614cf0575b610fc357608001516001600160401b03169042821115614ce85762093a800110614ce257565b60259150565b506003925050565b506001600160401b0360808201511615614cbc565b60049160018060a01b03165f520160205260405f205463ffffffff8160a01c1615614d405760c01c63ffffffff16614d3b575f90565b600790565b50600690565b60059160018060a01b03165f520160205260405f209060018060a01b03165f5260205260405f20546001811615159182614d7f57505090565b63ffffffff91925081169160201c161490565b939291905f946001600160801b031982165f526007810160205260405f2080549360018201549160018060a01b0360208301511660018060a01b03871603611f3057600160eb1b861615159081614e56575b50614e4a5760a001516001600160e81b0319908116604886901b90911603614e3f57606081811c64ffffffffff16865266ffffffffffffff9091166020860152600160e81b841615159085015260409261390c929091613c32565b506020955050505050565b50601f96505050505050565b6001915060ff90600660608501519162ffffff8360081c165f5201602052161b60405f205416155f614de4565b909382614eab939496956001600160401b03604060018060a01b038551169401511693613b9d565b9260ff8416610fc35780514210614edf576040015160249190911c62ffffff166103840201421015614ed957565b60189150565b506017925050565b93929190640fffffffff5f95603c1c168211614f2d576060810151151580614f23575b614f1a57602001510210613f1a57565b50602193505050565b5081831415614f0a565b50601993505050565b614f4391603c1b90610c3e565b6bfffffffff0000000000000008116613a3157600f191660021790565b60407f3d1f8d201428def46538dbb3bbba04850835dfb00048b58537a63479e167d9b29360a093828051948537828401526060830137a1565b6001600160801b0319614fae60c08301611795565b16159081615015575b81614ff6575b81614fe8575b81614fcc575090565b6001600160401b039150610140614fe39101611ba0565b161590565b610120810135159150614fc3565b90506001600160a01b0361500d61010083016117aa565b161590614fbd565b90506001600160a01b0361502b60e083016117aa565b161590614fb7565b919091825180156150ac57615053916001600160a01b0390911690614d05565b9160ff83166150a95760408101519060018260f81c036150a1576020015160881c64ffffffffff16421061509a5760c01c64ffffffffff1642101561509457565b600f9150565b50600f9150565b50600c925050565b50565b50600b925050565b9290919260c084019060ff8460d81c16156151c6576150d282611795565b6001600160801b03196150e760208801611795565b16906001600160801b03191614801590615194575b8015615187575b61517e576151306101409161511a61513994611795565b9561010088019661512a886117aa565b92610d08565b95905001611ba0565b6001600160401b0342911610159283615176575b508261515857505090565b613a319250602061516d6060830151936117aa565b91015191614534565b92505f61514d565b50505050505f90565b5061012085013515615103565b506151a160e086016117aa565b6001600160a01b036151b2876117aa565b6001600160a01b03909216911614156150fc565b50505050613a3190614f99565b604051906151e082610adb565b5f6020838281520152565b919060ff9060e01c16916151fe83610b4d565b9261520c6040519485610b2c565b80845261521b601f1991610b4d565b015f5b818110615262575050825f5b845181101561525c5780615240600192856159ea565b61524a8288610c60565b526152558187610c60565b500161522a565b50925050565b60209060405161527181610adb565b5f81525f838201528282880101520161521e565b816001600160401b0361529d62015180948294615a5b565b911660070b01160490565b5f9493602083019290916001600160801b03196152c485611795565b165f526008810160205260405f206152db836117aa565b60018060a01b03165f5260205260405f2093604051946152fa86610b11565b549463ffffffff808716968783526001600160401b038160201c16602084015260601c166040820152809563ffffffff615336604087016117be565b1603615449576153468782615acd565b60608501526101208301356153c7575b5050506040919250015163ffffffff8160801c1680151590816153b6575b506153ae5760a01c63ffffffff16801515918261539a575b505061539457565b60129150565b6040015163ffffffff161190505f8061538c565b506011925050565b905063ffffffff835116115f615374565b60409450906009916153e16001600160801b031991611795565b165f52016020526153f760c0845f209201613979565b5f52602052815f2063ffffffff83519161541083610b11565b5481811683526001600160401b038160201c16602084015260601c168382015261543b819482615acd565b608082015282915f80615356565b5060109750505050505050565b60408301516101a083019360a0019060201c63ffffffff165f5b61547a868661374a565b9050811015613db35761548d868661374a565b82101561068e576154a763ffffffff918360051b016117be565b1680845282811090816154cd575b506154c257600101615470565b505050505050600190565b9050640100000000600160a01b0363ffffffff6154ec60208901611795565b92169160601c16175f52600a840160205260405f2054155f6154b5565b60b01c62ffffff166103840283019392919060e81c61ffff168061554d575b50508083111561554657610384610383819285030104025b91421090565b505f615540565b6001600160401b03918261556f9261556782421684615285565b011690615b1a565b1683811061557e575b80615528565b92505f615578565b6060818101805160a08401805182850190935285820395909601359490941817602080850135901c1760408401359091181790925291906150a9906158e6565b5f9291428110614ce8576102588201106155eb57603c4201106155e557565b60059150565b5060049150565b60601c906001600160a01b031681146156135761560e57601b90565b601690565b505f90565b60041c63ffffffff169081811161335a570361563357601c90565b601d90565b9060405191829160051b928381017f0753f96bd229abaa848129e85f92783a90f06568134d97dce456a1a1cb308771815260208101925b81831061567e57505050502090565b6060818160209387376080842085520192019161566f565b9192909260e06040517f8b72cba49e1ba8978b31894dc8fe23686eb1f747bdf05775d03a09e90ae16627815260c06020820195838301604052863760408101958652209352565b6001600160801b03199091165f8181526007909201602081815260408420549085015192969395939490926001600160a01b03908116908416036157755760a001516001600160e81b0319908116604884901b9091160361576a576145119394955f52602052600160405f2001549066ffffffffffffff606092166020840152600160e81b161515910152565b505050915050602090565b50505050915050600b90565b929390938083101561517e575f19019190601f1981013560051b8101905b8181106157bb575050501591826157b557505090565b14919050565b909192948515613db357813590600185161580615840575b156157f7576020916157e491615ca0565b955b60011c9360011c910191909161579f565b615808919794959297969396615ca0565b915b600185161580615837575b156158275760011c9360011c9361580a565b60209096919493969592956157e6565b50841515615815565b50868514156157d3565b601f19810135918215610ffe57820361335a575f5b82811061586e57505050600190565b6020606061587c8385614383565b0135116110065760010161585f565b90606082018051925f9084359460808201518082119182156158d3575b50506158c55750506020601f19601f8560061b0116825101019052565b600160a09190910152925050565b915092505f920360061c85115f806158a8565b90606082018051925f908435946080820151808211918215615920575b50506158c55750506020601f19601f8560051b0116825101019052565b915092505f920360051c85115f80615903565b90606082018051925f90843594608082015180821191821561596d575b50506158c55750506020601f19601f8560071b0116825101019052565b915092505f920360071c85115f80615950565b90606082018051925f9084359460808201518082119182156159ba575b50506158c5575050805160608402601f01601f1916016020019052565b5f9450606091030486119050828061599d565b6042916040519161190160f01b8352600283015260228201522090565b906040516159f781610adb565b5f81525f6020820152508015615a4a575f198101908082116102b4576008905f199008908160051b91808304602014901517156102b457613a319260059160031c5f520160205260405f2054901c615ced565b506001613a3191015460e01c615ced565b919091805115615ac7575f5b60018101908251821080615aa0575b15615a815750615a67565b603c939450615a939150602092610c60565b51015160010b0260070b90565b506001600160401b03615ab38385610c60565b5151166001600160401b0386161015615a76565b505f9150565b604091602082016001600160401b03808251169216918211615b0d575b505063ffffffff600181835116011681520163ffffffff60018183511601169052565b5f84840152525f80615aea565b919091620151806001600160401b0360015f95011660070b02908160070b918151908115615c0e57505f1901905f5b82811115615b575750505050565b603c6020615b658385610c60565b51015160010b0260070b840360070b81151580615bee575b615bd0575b8382148015615baa575b615b995750600101615b49565b6001600160401b0316955050505050565b506001600160401b03615bc06001840185610c60565b51511660070b8160070b12615b8c565b506001600160401b03615be38284610c60565b51511660070b615b82565b506001600160401b03615c018385610c60565b51511660070b8112615b7d565b6001600160401b03169450505050565b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411615c95579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa15614aaa575f516001600160a01b03811615615c8b57905f905f90565b505f906001905f90565b5050505f9160039190565b5f906020926040519084820192600160f81b84526021830152604182015260418152615ccd606182610b2c565b604051918291518091835e8101838152039060025afa15614aaa575f5190565b615cf56151d3565b5062ffffff8160081c169061038482029180830461038414901517156102b45760ff600f91165f0b028060010b9081036102b4576001600160401b0360405192615d3e84610adb565b16825260208201529056fea5b47017fafaa033dc4d11b2e0a5e7b9068ed9dc97b51d69b439dc1de8810d8ba164736f6c6343000825000a",
}

// Tally is an auto generated Go binding around an Ethereum contract.
type Tally struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Tally) GetABI() abi.ABI {
	return c.abi
}

// NewTally creates a new instance of Tally.
func NewTally() *Tally {
	parsed, err := TallyMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Tally{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Tally) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackAdministration is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3847cb59.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function administration() view returns(address place)
func (tally *Tally) PackAdministration() []byte {
	enc, err := tally.abi.Pack("administration")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAdministration is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3847cb59.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function administration() view returns(address place)
func (tally *Tally) TryPackAdministration() ([]byte, error) {
	return tally.abi.Pack("administration")
}

// UnpackAdministration is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3847cb59.
//
// Solidity: function administration() view returns(address place)
func (tally *Tally) UnpackAdministration(data []byte) (common.Address, error) {
	out, err := tally.abi.Unpack("administration", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackAttestorOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbcd851d5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function attestorOf(bytes16 campaign, address attestor) view returns(uint32 version, bool allowed)
func (tally *Tally) PackAttestorOf(campaign [16]byte, attestor common.Address) []byte {
	enc, err := tally.abi.Pack("attestorOf", campaign, attestor)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAttestorOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbcd851d5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function attestorOf(bytes16 campaign, address attestor) view returns(uint32 version, bool allowed)
func (tally *Tally) TryPackAttestorOf(campaign [16]byte, attestor common.Address) ([]byte, error) {
	return tally.abi.Pack("attestorOf", campaign, attestor)
}

// AttestorOfOutput serves as a container for the return parameters of contract
// method AttestorOf.
type AttestorOfOutput struct {
	Version uint32
	Allowed bool
}

// UnpackAttestorOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbcd851d5.
//
// Solidity: function attestorOf(bytes16 campaign, address attestor) view returns(uint32 version, bool allowed)
func (tally *Tally) UnpackAttestorOf(data []byte) (AttestorOfOutput, error) {
	out, err := tally.abi.Unpack("attestorOf", data)
	outstruct := new(AttestorOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Version = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Allowed = *abi.ConvertType(out[1], new(bool)).(*bool)
	return *outstruct, nil
}

// PackAttestorsOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x387fcef6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function attestorsOf(bytes16 campaign) view returns(address[] list)
func (tally *Tally) PackAttestorsOf(campaign [16]byte) []byte {
	enc, err := tally.abi.Pack("attestorsOf", campaign)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAttestorsOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x387fcef6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function attestorsOf(bytes16 campaign) view returns(address[] list)
func (tally *Tally) TryPackAttestorsOf(campaign [16]byte) ([]byte, error) {
	return tally.abi.Pack("attestorsOf", campaign)
}

// UnpackAttestorsOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x387fcef6.
//
// Solidity: function attestorsOf(bytes16 campaign) view returns(address[] list)
func (tally *Tally) UnpackAttestorsOf(data []byte) ([]common.Address, error) {
	out, err := tally.abi.Unpack("attestorsOf", data)
	if err != nil {
		return *new([]common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new([]common.Address)).(*[]common.Address)
	return out0, nil
}

// PackAuditorOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1c437942.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function auditorOf(address auditor) view returns(uint32 version, uint64 until)
func (tally *Tally) PackAuditorOf(auditor common.Address) []byte {
	enc, err := tally.abi.Pack("auditorOf", auditor)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAuditorOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1c437942.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function auditorOf(address auditor) view returns(uint32 version, uint64 until)
func (tally *Tally) TryPackAuditorOf(auditor common.Address) ([]byte, error) {
	return tally.abi.Pack("auditorOf", auditor)
}

// AuditorOfOutput serves as a container for the return parameters of contract
// method AuditorOf.
type AuditorOfOutput struct {
	Version uint32
	Until   uint64
}

// UnpackAuditorOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x1c437942.
//
// Solidity: function auditorOf(address auditor) view returns(uint32 version, uint64 until)
func (tally *Tally) UnpackAuditorOf(data []byte) (AuditorOfOutput, error) {
	out, err := tally.abi.Unpack("auditorOf", data)
	outstruct := new(AuditorOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Version = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Until = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	return *outstruct, nil
}

// PackAuditors is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6d4593d2.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function auditors() view returns(address[] list)
func (tally *Tally) PackAuditors() []byte {
	enc, err := tally.abi.Pack("auditors")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAuditors is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6d4593d2.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function auditors() view returns(address[] list)
func (tally *Tally) TryPackAuditors() ([]byte, error) {
	return tally.abi.Pack("auditors")
}

// UnpackAuditors is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6d4593d2.
//
// Solidity: function auditors() view returns(address[] list)
func (tally *Tally) UnpackAuditors(data []byte) ([]common.Address, error) {
	out, err := tally.abi.Unpack("auditors", data)
	if err != nil {
		return *new([]common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new([]common.Address)).(*[]common.Address)
	return out0, nil
}

// PackCampaignOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7310e612.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function campaignOf(bytes16 campaign) view returns((uint32,uint8,address,bytes32,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[]) record)
func (tally *Tally) PackCampaignOf(campaign [16]byte) []byte {
	enc, err := tally.abi.Pack("campaignOf", campaign)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCampaignOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7310e612.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function campaignOf(bytes16 campaign) view returns((uint32,uint8,address,bytes32,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[]) record)
func (tally *Tally) TryPackCampaignOf(campaign [16]byte) ([]byte, error) {
	return tally.abi.Pack("campaignOf", campaign)
}

// UnpackCampaignOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7310e612.
//
// Solidity: function campaignOf(bytes16 campaign) view returns((uint32,uint8,address,bytes32,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[]) record)
func (tally *Tally) UnpackCampaignOf(data []byte) (Campaign, error) {
	out, err := tally.abi.Unpack("campaignOf", data)
	if err != nil {
		return *new(Campaign), err
	}
	out0 := *abi.ConvertType(out[0], new(Campaign)).(*Campaign)
	return out0, nil
}

// PackExtendedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x101d3183.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function extendedOf(bytes16 campaign, uint32 serial) view returns(bool extended, uint64 expiry)
func (tally *Tally) PackExtendedOf(campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("extendedOf", campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExtendedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x101d3183.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function extendedOf(bytes16 campaign, uint32 serial) view returns(bool extended, uint64 expiry)
func (tally *Tally) TryPackExtendedOf(campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("extendedOf", campaign, serial)
}

// ExtendedOfOutput serves as a container for the return parameters of contract
// method ExtendedOf.
type ExtendedOfOutput struct {
	Extended bool
	Expiry   uint64
}

// UnpackExtendedOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x101d3183.
//
// Solidity: function extendedOf(bytes16 campaign, uint32 serial) view returns(bool extended, uint64 expiry)
func (tally *Tally) UnpackExtendedOf(data []byte) (ExtendedOfOutput, error) {
	out, err := tally.abi.Unpack("extendedOf", data)
	outstruct := new(ExtendedOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Extended = *abi.ConvertType(out[0], new(bool)).(*bool)
	outstruct.Expiry = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	return *outstruct, nil
}

// PackFound is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9f8df6f6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function found(bytes32 genesis, address[] members, uint32 threshold, address administration) returns()
func (tally *Tally) PackFound(genesis [32]byte, members []common.Address, threshold uint32, administration common.Address) []byte {
	enc, err := tally.abi.Pack("found", genesis, members, threshold, administration)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFound is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9f8df6f6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function found(bytes32 genesis, address[] members, uint32 threshold, address administration) returns()
func (tally *Tally) TryPackFound(genesis [32]byte, members []common.Address, threshold uint32, administration common.Address) ([]byte, error) {
	return tally.abi.Pack("found", genesis, members, threshold, administration)
}

// PackHoldOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7f8b84ec.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function holdOf(bytes16 campaign, uint32 serial) view returns((bytes32,address,uint32,uint64,uint64,uint32) record)
func (tally *Tally) PackHoldOf(campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("holdOf", campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHoldOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7f8b84ec.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function holdOf(bytes16 campaign, uint32 serial) view returns((bytes32,address,uint32,uint64,uint64,uint32) record)
func (tally *Tally) TryPackHoldOf(campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("holdOf", campaign, serial)
}

// UnpackHoldOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7f8b84ec.
//
// Solidity: function holdOf(bytes16 campaign, uint32 serial) view returns((bytes32,address,uint32,uint64,uint64,uint32) record)
func (tally *Tally) UnpackHoldOf(data []byte) (Hold, error) {
	out, err := tally.abi.Unpack("holdOf", data)
	if err != nil {
		return *new(Hold), err
	}
	out0 := *abi.ConvertType(out[0], new(Hold)).(*Hold)
	return out0, nil
}

// PackHolderOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5229bbe1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function holderOf(bytes16 campaign, address wallet) view returns(uint32 claims, uint64 day, uint32 today)
func (tally *Tally) PackHolderOf(campaign [16]byte, wallet common.Address) []byte {
	enc, err := tally.abi.Pack("holderOf", campaign, wallet)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHolderOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5229bbe1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function holderOf(bytes16 campaign, address wallet) view returns(uint32 claims, uint64 day, uint32 today)
func (tally *Tally) TryPackHolderOf(campaign [16]byte, wallet common.Address) ([]byte, error) {
	return tally.abi.Pack("holderOf", campaign, wallet)
}

// HolderOfOutput serves as a container for the return parameters of contract
// method HolderOf.
type HolderOfOutput struct {
	Claims uint32
	Day    uint64
	Today  uint32
}

// UnpackHolderOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5229bbe1.
//
// Solidity: function holderOf(bytes16 campaign, address wallet) view returns(uint32 claims, uint64 day, uint32 today)
func (tally *Tally) UnpackHolderOf(data []byte) (HolderOfOutput, error) {
	out, err := tally.abi.Unpack("holderOf", data)
	outstruct := new(HolderOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Claims = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Day = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	outstruct.Today = *abi.ConvertType(out[2], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackIssuanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3a5d698a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function issuanceOf(bytes32 issue) view returns((bytes16,bytes32,uint32,uint32,uint64) record)
func (tally *Tally) PackIssuanceOf(issue [32]byte) []byte {
	enc, err := tally.abi.Pack("issuanceOf", issue)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIssuanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3a5d698a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function issuanceOf(bytes32 issue) view returns((bytes16,bytes32,uint32,uint32,uint64) record)
func (tally *Tally) TryPackIssuanceOf(issue [32]byte) ([]byte, error) {
	return tally.abi.Pack("issuanceOf", issue)
}

// UnpackIssuanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3a5d698a.
//
// Solidity: function issuanceOf(bytes32 issue) view returns((bytes16,bytes32,uint32,uint32,uint64) record)
func (tally *Tally) UnpackIssuanceOf(data []byte) (Issuance, error) {
	out, err := tally.abi.Unpack("issuanceOf", data)
	if err != nil {
		return *new(Issuance), err
	}
	out0 := *abi.ConvertType(out[0], new(Issuance)).(*Issuance)
	return out0, nil
}

// PackKeyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc78ad3d9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function keyOf(address merchant, address key) view returns(uint32 scopes, uint32 store)
func (tally *Tally) PackKeyOf(merchant common.Address, key common.Address) []byte {
	enc, err := tally.abi.Pack("keyOf", merchant, key)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackKeyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc78ad3d9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function keyOf(address merchant, address key) view returns(uint32 scopes, uint32 store)
func (tally *Tally) TryPackKeyOf(merchant common.Address, key common.Address) ([]byte, error) {
	return tally.abi.Pack("keyOf", merchant, key)
}

// KeyOfOutput serves as a container for the return parameters of contract
// method KeyOf.
type KeyOfOutput struct {
	Scopes uint32
	Store  uint32
}

// UnpackKeyOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc78ad3d9.
//
// Solidity: function keyOf(address merchant, address key) view returns(uint32 scopes, uint32 store)
func (tally *Tally) UnpackKeyOf(data []byte) (KeyOfOutput, error) {
	out, err := tally.abi.Unpack("keyOf", data)
	outstruct := new(KeyOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Scopes = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Store = *abi.ConvertType(out[1], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackLedgerId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x646d0f30.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ledgerId() view returns(bytes32 id)
func (tally *Tally) PackLedgerId() []byte {
	enc, err := tally.abi.Pack("ledgerId")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLedgerId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x646d0f30.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ledgerId() view returns(bytes32 id)
func (tally *Tally) TryPackLedgerId() ([]byte, error) {
	return tally.abi.Pack("ledgerId")
}

// UnpackLedgerId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x646d0f30.
//
// Solidity: function ledgerId() view returns(bytes32 id)
func (tally *Tally) UnpackLedgerId(data []byte) ([32]byte, error) {
	out, err := tally.abi.Unpack("ledgerId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackLostOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5af1e3cf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lostOf(bytes16 campaign) view returns(uint64 lost)
func (tally *Tally) PackLostOf(campaign [16]byte) []byte {
	enc, err := tally.abi.Pack("lostOf", campaign)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLostOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5af1e3cf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lostOf(bytes16 campaign) view returns(uint64 lost)
func (tally *Tally) TryPackLostOf(campaign [16]byte) ([]byte, error) {
	return tally.abi.Pack("lostOf", campaign)
}

// UnpackLostOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5af1e3cf.
//
// Solidity: function lostOf(bytes16 campaign) view returns(uint64 lost)
func (tally *Tally) UnpackLostOf(data []byte) (uint64, error) {
	out, err := tally.abi.Unpack("lostOf", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackMerchantOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6633f4e8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function merchantOf(address merchant) view returns((uint32,address,address,uint64,uint64,uint64) record)
func (tally *Tally) PackMerchantOf(merchant common.Address) []byte {
	enc, err := tally.abi.Pack("merchantOf", merchant)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMerchantOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6633f4e8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function merchantOf(address merchant) view returns((uint32,address,address,uint64,uint64,uint64) record)
func (tally *Tally) TryPackMerchantOf(merchant common.Address) ([]byte, error) {
	return tally.abi.Pack("merchantOf", merchant)
}

// UnpackMerchantOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6633f4e8.
//
// Solidity: function merchantOf(address merchant) view returns((uint32,address,address,uint64,uint64,uint64) record)
func (tally *Tally) UnpackMerchantOf(data []byte) (Merchant, error) {
	out, err := tally.abi.Unpack("merchantOf", data)
	if err != nil {
		return *new(Merchant), err
	}
	out0 := *abi.ConvertType(out[0], new(Merchant)).(*Merchant)
	return out0, nil
}

// PackOperators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe673df8a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function operators() view returns(uint32 version, address[] members, uint32 threshold)
func (tally *Tally) PackOperators() []byte {
	enc, err := tally.abi.Pack("operators")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOperators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe673df8a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function operators() view returns(uint32 version, address[] members, uint32 threshold)
func (tally *Tally) TryPackOperators() ([]byte, error) {
	return tally.abi.Pack("operators")
}

// OperatorsOutput serves as a container for the return parameters of contract
// method Operators.
type OperatorsOutput struct {
	Version   uint32
	Members   []common.Address
	Threshold uint32
}

// UnpackOperators is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe673df8a.
//
// Solidity: function operators() view returns(uint32 version, address[] members, uint32 threshold)
func (tally *Tally) UnpackOperators(data []byte) (OperatorsOutput, error) {
	out, err := tally.abi.Unpack("operators", data)
	outstruct := new(OperatorsOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Version = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Members = *abi.ConvertType(out[1], new([]common.Address)).(*[]common.Address)
	outstruct.Threshold = *abi.ConvertType(out[2], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackReturnedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x94cb331a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial) view returns(uint64 units)
func (tally *Tally) PackReturnedOf(redemption [32]byte, campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("returnedOf", redemption, campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReturnedOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x94cb331a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial) view returns(uint64 units)
func (tally *Tally) TryPackReturnedOf(redemption [32]byte, campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("returnedOf", redemption, campaign, serial)
}

// UnpackReturnedOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x94cb331a.
//
// Solidity: function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial) view returns(uint64 units)
func (tally *Tally) UnpackReturnedOf(data []byte) (uint64, error) {
	out, err := tally.abi.Unpack("returnedOf", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackSlotOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2e5a9f5d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function slotOf(bytes16 campaign, uint32 serial) view returns(bytes32 slot)
func (tally *Tally) PackSlotOf(campaign [16]byte, serial uint32) []byte {
	enc, err := tally.abi.Pack("slotOf", campaign, serial)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSlotOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2e5a9f5d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function slotOf(bytes16 campaign, uint32 serial) view returns(bytes32 slot)
func (tally *Tally) TryPackSlotOf(campaign [16]byte, serial uint32) ([]byte, error) {
	return tally.abi.Pack("slotOf", campaign, serial)
}

// UnpackSlotOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2e5a9f5d.
//
// Solidity: function slotOf(bytes16 campaign, uint32 serial) view returns(bytes32 slot)
func (tally *Tally) UnpackSlotOf(data []byte) ([32]byte, error) {
	out, err := tally.abi.Unpack("slotOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackStandingOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2254f925.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function standingOf(address merchant) view returns(uint32 operatorsVersion, uint64 rootSince)
func (tally *Tally) PackStandingOf(merchant common.Address) []byte {
	enc, err := tally.abi.Pack("standingOf", merchant)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStandingOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2254f925.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function standingOf(address merchant) view returns(uint32 operatorsVersion, uint64 rootSince)
func (tally *Tally) TryPackStandingOf(merchant common.Address) ([]byte, error) {
	return tally.abi.Pack("standingOf", merchant)
}

// StandingOfOutput serves as a container for the return parameters of contract
// method StandingOf.
type StandingOfOutput struct {
	OperatorsVersion uint32
	RootSince        uint64
}

// UnpackStandingOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2254f925.
//
// Solidity: function standingOf(address merchant) view returns(uint32 operatorsVersion, uint64 rootSince)
func (tally *Tally) UnpackStandingOf(data []byte) (StandingOfOutput, error) {
	out, err := tally.abi.Unpack("standingOf", data)
	outstruct := new(StandingOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.OperatorsVersion = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.RootSince = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	return *outstruct, nil
}

// PackStoreExists is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x515c2dfb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function storeExists(address merchant, uint32 store) view returns(bool exists)
func (tally *Tally) PackStoreExists(merchant common.Address, store uint32) []byte {
	enc, err := tally.abi.Pack("storeExists", merchant, store)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStoreExists is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x515c2dfb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function storeExists(address merchant, uint32 store) view returns(bool exists)
func (tally *Tally) TryPackStoreExists(merchant common.Address, store uint32) ([]byte, error) {
	return tally.abi.Pack("storeExists", merchant, store)
}

// UnpackStoreExists is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x515c2dfb.
//
// Solidity: function storeExists(address merchant, uint32 store) view returns(bool exists)
func (tally *Tally) UnpackStoreExists(data []byte) (bool, error) {
	out, err := tally.abi.Unpack("storeExists", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackSubmit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd6e85d75.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function submit(bytes[] commands) returns()
func (tally *Tally) PackSubmit(commands [][]byte) []byte {
	enc, err := tally.abi.Pack("submit", commands)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSubmit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd6e85d75.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function submit(bytes[] commands) returns()
func (tally *Tally) TryPackSubmit(commands [][]byte) ([]byte, error) {
	return tally.abi.Pack("submit", commands)
}

// TallyAccepted represents a Accepted event raised by the Tally contract.
type TallyAccepted struct {
	Id          [32]byte
	CommandHash [32]byte
	Raw         *types.Log // Blockchain specific contextual infos
}

const TallyAcceptedEventName = "Accepted"

// ContractEventName returns the user-defined event name.
func (TallyAccepted) ContractEventName() string {
	return TallyAcceptedEventName
}

// UnpackAcceptedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Accepted(bytes32 indexed id, bytes32 commandHash)
func (tally *Tally) UnpackAcceptedEvent(log *types.Log) (*TallyAccepted, error) {
	event := "Accepted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyAccepted)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyAttestorPut represents a AttestorPut event raised by the Tally contract.
type TallyAttestorPut struct {
	Campaign [16]byte
	Attestor common.Address
	Version  uint32
	Allowed  bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyAttestorPutEventName = "AttestorPut"

// ContractEventName returns the user-defined event name.
func (TallyAttestorPut) ContractEventName() string {
	return TallyAttestorPutEventName
}

// UnpackAttestorPutEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AttestorPut(bytes16 campaign, address attestor, uint32 version, bool allowed)
func (tally *Tally) UnpackAttestorPutEvent(log *types.Log) (*TallyAttestorPut, error) {
	event := "AttestorPut"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyAttestorPut)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyAuditorSet represents a AuditorSet event raised by the Tally contract.
type TallyAuditorSet struct {
	Auditor common.Address
	Version uint32
	Until   uint64
	Raw     *types.Log // Blockchain specific contextual infos
}

const TallyAuditorSetEventName = "AuditorSet"

// ContractEventName returns the user-defined event name.
func (TallyAuditorSet) ContractEventName() string {
	return TallyAuditorSetEventName
}

// UnpackAuditorSetEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AuditorSet(address auditor, uint32 version, uint64 until)
func (tally *Tally) UnpackAuditorSetEvent(log *types.Log) (*TallyAuditorSet, error) {
	event := "AuditorSet"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyAuditorSet)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyCampaignChanged represents a CampaignChanged event raised by the Tally contract.
type TallyCampaignChanged struct {
	Campaign [16]byte
	Version  uint32
	Status   uint8
	Supply   uint32
	Open     uint32
	Offsets  []Offset
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyCampaignChangedEventName = "CampaignChanged"

// ContractEventName returns the user-defined event name.
func (TallyCampaignChanged) ContractEventName() string {
	return TallyCampaignChangedEventName
}

// UnpackCampaignChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CampaignChanged(bytes16 campaign, uint32 version, uint8 status, uint32 supply, uint32 open, (uint64,int16)[] offsets)
func (tally *Tally) UnpackCampaignChangedEvent(log *types.Log) (*TallyCampaignChanged, error) {
	event := "CampaignChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyCampaignChanged)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyCampaignCreated represents a CampaignCreated event raised by the Tally contract.
type TallyCampaignCreated struct {
	Campaign [16]byte
	Create   CreateCampaign
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyCampaignCreatedEventName = "CampaignCreated"

// ContractEventName returns the user-defined event name.
func (TallyCampaignCreated) ContractEventName() string {
	return TallyCampaignCreatedEventName
}

// UnpackCampaignCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CampaignCreated(bytes16 campaign, (address,address,string,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64,uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[],uint64) create)
func (tally *Tally) UnpackCampaignCreatedEvent(log *types.Log) (*TallyCampaignCreated, error) {
	event := "CampaignCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyCampaignCreated)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyCampaignIssued represents a CampaignIssued event raised by the Tally contract.
type TallyCampaignIssued struct {
	Campaign [16]byte
	Issue    [32]byte
	Author   common.Address
	Root     [32]byte
	First    uint32
	Count    uint32
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyCampaignIssuedEventName = "CampaignIssued"

// ContractEventName returns the user-defined event name.
func (TallyCampaignIssued) ContractEventName() string {
	return TallyCampaignIssuedEventName
}

// UnpackCampaignIssuedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CampaignIssued(bytes16 campaign, bytes32 issue, address author, bytes32 root, uint32 first, uint32 count)
func (tally *Tally) UnpackCampaignIssuedEvent(log *types.Log) (*TallyCampaignIssued, error) {
	event := "CampaignIssued"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyCampaignIssued)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyFounded represents a Founded event raised by the Tally contract.
type TallyFounded struct {
	LedgerId [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyFoundedEventName = "Founded"

// ContractEventName returns the user-defined event name.
func (TallyFounded) ContractEventName() string {
	return TallyFoundedEventName
}

// UnpackFoundedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Founded(bytes32 ledgerId)
func (tally *Tally) UnpackFoundedEvent(log *types.Log) (*TallyFounded, error) {
	event := "Founded"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyFounded)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyHoldCaptured represents a HoldCaptured event raised by the Tally contract.
type TallyHoldCaptured struct {
	Hold      [32]byte
	Merchant  common.Address
	Store     uint32
	Till      common.Address
	Currency  [3]byte
	Amount    uint64
	Details   [32]byte
	Reference [32]byte
	Raw       *types.Log // Blockchain specific contextual infos
}

const TallyHoldCapturedEventName = "HoldCaptured"

// ContractEventName returns the user-defined event name.
func (TallyHoldCaptured) ContractEventName() string {
	return TallyHoldCapturedEventName
}

// UnpackHoldCapturedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event HoldCaptured(bytes32 hold, address merchant, uint32 store, address till, bytes3 currency, uint64 amount, bytes32 details, bytes32 reference_)
func (tally *Tally) UnpackHoldCapturedEvent(log *types.Log) (*TallyHoldCaptured, error) {
	event := "HoldCaptured"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyHoldCaptured)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyHoldReleased represents a HoldReleased event raised by the Tally contract.
type TallyHoldReleased struct {
	Hold     [32]byte
	Merchant common.Address
	Store    uint32
	Till     common.Address
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyHoldReleasedEventName = "HoldReleased"

// ContractEventName returns the user-defined event name.
func (TallyHoldReleased) ContractEventName() string {
	return TallyHoldReleasedEventName
}

// UnpackHoldReleasedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event HoldReleased(bytes32 hold, address merchant, uint32 store, address till)
func (tally *Tally) UnpackHoldReleasedEvent(log *types.Log) (*TallyHoldReleased, error) {
	event := "HoldReleased"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyHoldReleased)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyKeyPut represents a KeyPut event raised by the Tally contract.
type TallyKeyPut struct {
	Merchant common.Address
	Version  uint32
	Key      common.Address
	Scopes   uint32
	Store    uint32
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyKeyPutEventName = "KeyPut"

// ContractEventName returns the user-defined event name.
func (TallyKeyPut) ContractEventName() string {
	return TallyKeyPutEventName
}

// UnpackKeyPutEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event KeyPut(address merchant, uint32 version, address key, uint32 scopes, uint32 store)
func (tally *Tally) UnpackKeyPutEvent(log *types.Log) (*TallyKeyPut, error) {
	event := "KeyPut"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyKeyPut)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyMerchantAdmitted represents a MerchantAdmitted event raised by the Tally contract.
type TallyMerchantAdmitted struct {
	Merchant common.Address
	Operator common.Address
	Name     string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyMerchantAdmittedEventName = "MerchantAdmitted"

// ContractEventName returns the user-defined event name.
func (TallyMerchantAdmitted) ContractEventName() string {
	return TallyMerchantAdmittedEventName
}

// UnpackMerchantAdmittedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MerchantAdmitted(address merchant, address operator, string name)
func (tally *Tally) UnpackMerchantAdmittedEvent(log *types.Log) (*TallyMerchantAdmitted, error) {
	event := "MerchantAdmitted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyMerchantAdmitted)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyMerchantReinstated represents a MerchantReinstated event raised by the Tally contract.
type TallyMerchantReinstated struct {
	Merchant common.Address
	Version  uint32
	Operator common.Address
	Lost     uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyMerchantReinstatedEventName = "MerchantReinstated"

// ContractEventName returns the user-defined event name.
func (TallyMerchantReinstated) ContractEventName() string {
	return TallyMerchantReinstatedEventName
}

// UnpackMerchantReinstatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MerchantReinstated(address merchant, uint32 version, address operator, uint64 lost)
func (tally *Tally) UnpackMerchantReinstatedEvent(log *types.Log) (*TallyMerchantReinstated, error) {
	event := "MerchantReinstated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyMerchantReinstated)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyMerchantSuspended represents a MerchantSuspended event raised by the Tally contract.
type TallyMerchantSuspended struct {
	Merchant common.Address
	Version  uint32
	Operator common.Address
	Reason   string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyMerchantSuspendedEventName = "MerchantSuspended"

// ContractEventName returns the user-defined event name.
func (TallyMerchantSuspended) ContractEventName() string {
	return TallyMerchantSuspendedEventName
}

// UnpackMerchantSuspendedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MerchantSuspended(address merchant, uint32 version, address operator, string reason)
func (tally *Tally) UnpackMerchantSuspendedEvent(log *types.Log) (*TallyMerchantSuspended, error) {
	event := "MerchantSuspended"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyMerchantSuspended)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyOfferCancelled represents a OfferCancelled event raised by the Tally contract.
type TallyOfferCancelled struct {
	Offer  [32]byte
	Author common.Address
	Raw    *types.Log // Blockchain specific contextual infos
}

const TallyOfferCancelledEventName = "OfferCancelled"

// ContractEventName returns the user-defined event name.
func (TallyOfferCancelled) ContractEventName() string {
	return TallyOfferCancelledEventName
}

// UnpackOfferCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OfferCancelled(bytes32 offer, address author)
func (tally *Tally) UnpackOfferCancelledEvent(log *types.Log) (*TallyOfferCancelled, error) {
	event := "OfferCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyOfferCancelled)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyOperatorsSet represents a OperatorsSet event raised by the Tally contract.
type TallyOperatorsSet struct {
	Version   uint32
	Operators []common.Address
	Threshold uint32
	Raw       *types.Log // Blockchain specific contextual infos
}

const TallyOperatorsSetEventName = "OperatorsSet"

// ContractEventName returns the user-defined event name.
func (TallyOperatorsSet) ContractEventName() string {
	return TallyOperatorsSetEventName
}

// UnpackOperatorsSetEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OperatorsSet(uint32 version, address[] operators, uint32 threshold)
func (tally *Tally) UnpackOperatorsSetEvent(log *types.Log) (*TallyOperatorsSet, error) {
	event := "OperatorsSet"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyOperatorsSet)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyOrderHeld represents a OrderHeld event raised by the Tally contract.
type TallyOrderHeld struct {
	Owner      common.Address
	Merchant   common.Address
	Store      uint32
	Till       common.Address
	Acceptance [32]byte
	Currency   [3]byte
	Amount     uint64
	Details    [32]byte
	Reference  [32]byte
	Until      uint64
	Raw        *types.Log // Blockchain specific contextual infos
}

const TallyOrderHeldEventName = "OrderHeld"

// ContractEventName returns the user-defined event name.
func (TallyOrderHeld) ContractEventName() string {
	return TallyOrderHeldEventName
}

// UnpackOrderHeldEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderHeld(address owner, address merchant, uint32 store, address till, bytes32 acceptance, bytes3 currency, uint64 amount, bytes32 details, bytes32 reference_, uint64 until)
func (tally *Tally) UnpackOrderHeldEvent(log *types.Log) (*TallyOrderHeld, error) {
	event := "OrderHeld"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyOrderHeld)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRedeemed represents a Redeemed event raised by the Tally contract.
type TallyRedeemed struct {
	Owner      common.Address
	Merchant   common.Address
	Store      uint32
	Till       common.Address
	Acceptance [32]byte
	Currency   [3]byte
	Amount     uint64
	Details    [32]byte
	Reference  [32]byte
	Raw        *types.Log // Blockchain specific contextual infos
}

const TallyRedeemedEventName = "Redeemed"

// ContractEventName returns the user-defined event name.
func (TallyRedeemed) ContractEventName() string {
	return TallyRedeemedEventName
}

// UnpackRedeemedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Redeemed(address owner, address merchant, uint32 store, address till, bytes32 acceptance, bytes3 currency, uint64 amount, bytes32 details, bytes32 reference_)
func (tally *Tally) UnpackRedeemedEvent(log *types.Log) (*TallyRedeemed, error) {
	event := "Redeemed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRedeemed)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRefused represents a Refused event raised by the Tally contract.
type TallyRefused struct {
	Id   [32]byte
	Kind uint8
	Raw  *types.Log // Blockchain specific contextual infos
}

const TallyRefusedEventName = "Refused"

// ContractEventName returns the user-defined event name.
func (TallyRefused) ContractEventName() string {
	return TallyRefusedEventName
}

// UnpackRefusedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Refused(bytes32 indexed id, uint8 kind)
func (tally *Tally) UnpackRefusedEvent(log *types.Log) (*TallyRefused, error) {
	event := "Refused"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRefused)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRolledBack represents a RolledBack event raised by the Tally contract.
type TallyRolledBack struct {
	Redemption [32]byte
	Author     common.Address
	Details    [32]byte
	Raw        *types.Log // Blockchain specific contextual infos
}

const TallyRolledBackEventName = "RolledBack"

// ContractEventName returns the user-defined event name.
func (TallyRolledBack) ContractEventName() string {
	return TallyRolledBackEventName
}

// UnpackRolledBackEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RolledBack(bytes32 redemption, address author, bytes32 details)
func (tally *Tally) UnpackRolledBackEvent(log *types.Log) (*TallyRolledBack, error) {
	event := "RolledBack"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRolledBack)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyRootSet represents a RootSet event raised by the Tally contract.
type TallyRootSet struct {
	Merchant  common.Address
	Version   uint32
	Root      common.Address
	Effective uint64
	Raw       *types.Log // Blockchain specific contextual infos
}

const TallyRootSetEventName = "RootSet"

// ContractEventName returns the user-defined event name.
func (TallyRootSet) ContractEventName() string {
	return TallyRootSetEventName
}

// UnpackRootSetEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RootSet(address merchant, uint32 version, address root, uint64 effective)
func (tally *Tally) UnpackRootSetEvent(log *types.Log) (*TallyRootSet, error) {
	event := "RootSet"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyRootSet)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyStorePut represents a StorePut event raised by the Tally contract.
type TallyStorePut struct {
	Merchant common.Address
	Version  uint32
	Store    uint32
	Name     string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyStorePutEventName = "StorePut"

// ContractEventName returns the user-defined event name.
func (TallyStorePut) ContractEventName() string {
	return TallyStorePutEventName
}

// UnpackStorePutEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event StorePut(address merchant, uint32 version, uint32 store, string name)
func (tally *Tally) UnpackStorePutEvent(log *types.Log) (*TallyStorePut, error) {
	event := "StorePut"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyStorePut)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherCancelled represents a VoucherCancelled event raised by the Tally contract.
type TallyVoucherCancelled struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherCancelledEventName = "VoucherCancelled"

// ContractEventName returns the user-defined event name.
func (TallyVoucherCancelled) ContractEventName() string {
	return TallyVoucherCancelledEventName
}

// UnpackVoucherCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherCancelled(bytes16 campaign, uint32 serial, bytes32 voucher)
func (tally *Tally) UnpackVoucherCancelledEvent(log *types.Log) (*TallyVoucherCancelled, error) {
	event := "VoucherCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherCancelled)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherClaimed represents a VoucherClaimed event raised by the Tally contract.
type TallyVoucherClaimed struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Ordinal  uint32
	Attestor common.Address
	Subject  [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherClaimedEventName = "VoucherClaimed"

// ContractEventName returns the user-defined event name.
func (TallyVoucherClaimed) ContractEventName() string {
	return TallyVoucherClaimedEventName
}

// UnpackVoucherClaimedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherClaimed(bytes16 campaign, uint32 serial, bytes32 voucher, uint32 ordinal, address attestor, bytes32 subject)
func (tally *Tally) UnpackVoucherClaimedEvent(log *types.Log) (*TallyVoucherClaimed, error) {
	event := "VoucherClaimed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherClaimed)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherDelivered represents a VoucherDelivered event raised by the Tally contract.
type TallyVoucherDelivered struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Issue    [32]byte
	Index    uint32
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherDeliveredEventName = "VoucherDelivered"

// ContractEventName returns the user-defined event name.
func (TallyVoucherDelivered) ContractEventName() string {
	return TallyVoucherDeliveredEventName
}

// UnpackVoucherDeliveredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherDelivered(bytes16 campaign, uint32 serial, bytes32 voucher, bytes32 issue, uint32 index)
func (tally *Tally) UnpackVoucherDeliveredEvent(log *types.Log) (*TallyVoucherDelivered, error) {
	event := "VoucherDelivered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherDelivered)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherHeld represents a VoucherHeld event raised by the Tally contract.
type TallyVoucherHeld struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Discount uint64
	Until    uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherHeldEventName = "VoucherHeld"

// ContractEventName returns the user-defined event name.
func (TallyVoucherHeld) ContractEventName() string {
	return TallyVoucherHeldEventName
}

// UnpackVoucherHeldEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherHeld(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, uint64 discount, uint64 until)
func (tally *Tally) UnpackVoucherHeldEvent(log *types.Log) (*TallyVoucherHeld, error) {
	event := "VoucherHeld"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherHeld)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherRedeemed represents a VoucherRedeemed event raised by the Tally contract.
type TallyVoucherRedeemed struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Discount uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherRedeemedEventName = "VoucherRedeemed"

// ContractEventName returns the user-defined event name.
func (TallyVoucherRedeemed) ContractEventName() string {
	return TallyVoucherRedeemedEventName
}

// UnpackVoucherRedeemedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherRedeemed(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, uint64 discount)
func (tally *Tally) UnpackVoucherRedeemedEvent(log *types.Log) (*TallyVoucherRedeemed, error) {
	event := "VoucherRedeemed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherRedeemed)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherReleased represents a VoucherReleased event raised by the Tally contract.
type TallyVoucherReleased struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherReleasedEventName = "VoucherReleased"

// ContractEventName returns the user-defined event name.
func (TallyVoucherReleased) ContractEventName() string {
	return TallyVoucherReleasedEventName
}

// UnpackVoucherReleasedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherReleased(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units)
func (tally *Tally) UnpackVoucherReleasedEvent(log *types.Log) (*TallyVoucherReleased, error) {
	event := "VoucherReleased"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherReleased)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherReturned represents a VoucherReturned event raised by the Tally contract.
type TallyVoucherReturned struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Units    uint64
	Forfeit  bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherReturnedEventName = "VoucherReturned"

// ContractEventName returns the user-defined event name.
func (TallyVoucherReturned) ContractEventName() string {
	return TallyVoucherReturnedEventName
}

// UnpackVoucherReturnedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherReturned(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, bool forfeit)
func (tally *Tally) UnpackVoucherReturnedEvent(log *types.Log) (*TallyVoucherReturned, error) {
	event := "VoucherReturned"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherReturned)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherTransferred represents a VoucherTransferred event raised by the Tally contract.
type TallyVoucherTransferred struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	From     common.Address
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherTransferredEventName = "VoucherTransferred"

// ContractEventName returns the user-defined event name.
func (TallyVoucherTransferred) ContractEventName() string {
	return TallyVoucherTransferredEventName
}

// UnpackVoucherTransferredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherTransferred(bytes16 campaign, uint32 serial, bytes32 voucher, address from)
func (tally *Tally) UnpackVoucherTransferredEvent(log *types.Log) (*TallyVoucherTransferred, error) {
	event := "VoucherTransferred"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherTransferred)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// TallyVoucherVoided represents a VoucherVoided event raised by the Tally contract.
type TallyVoucherVoided struct {
	Campaign [16]byte
	Serial   uint32
	Voucher  [32]byte
	Author   common.Address
	Reason   string
	Raw      *types.Log // Blockchain specific contextual infos
}

const TallyVoucherVoidedEventName = "VoucherVoided"

// ContractEventName returns the user-defined event name.
func (TallyVoucherVoided) ContractEventName() string {
	return TallyVoucherVoidedEventName
}

// UnpackVoucherVoidedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherVoided(bytes16 campaign, uint32 serial, bytes32 voucher, address author, string reason)
func (tally *Tally) UnpackVoucherVoidedEvent(log *types.Log) (*TallyVoucherVoided, error) {
	event := "VoucherVoided"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != tally.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(TallyVoucherVoided)
	if len(log.Data) > 0 {
		if err := tally.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range tally.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (tally *Tally) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], tally.abi.Errors["AlreadyFounded"].ID.Bytes()[:4]) {
		return tally.UnpackAlreadyFoundedError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["InvalidAdministration"].ID.Bytes()[:4]) {
		return tally.UnpackInvalidAdministrationError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["InvalidOperators"].ID.Bytes()[:4]) {
		return tally.UnpackInvalidOperatorsError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["MalformedCommand"].ID.Bytes()[:4]) {
		return tally.UnpackMalformedCommandError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["NotCanonical"].ID.Bytes()[:4]) {
		return tally.UnpackNotCanonicalError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["NotFounded"].ID.Bytes()[:4]) {
		return tally.UnpackNotFoundedError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["UseSubmit"].ID.Bytes()[:4]) {
		return tally.UnpackUseSubmitError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["UseTransaction"].ID.Bytes()[:4]) {
		return tally.UnpackUseTransactionError(raw[4:])
	}
	if bytes.Equal(raw[:4], tally.abi.Errors["WrongGenesis"].ID.Bytes()[:4]) {
		return tally.UnpackWrongGenesisError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// TallyAlreadyFounded represents a AlreadyFounded error raised by the Tally contract.
type TallyAlreadyFounded struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyFounded()
func TallyAlreadyFoundedErrorID() common.Hash {
	return common.HexToHash("0xb5e1eb800e83db02e394b86014bb80a5d86a3a54c536eb4d4f5c390fb2c277a4")
}

// UnpackAlreadyFoundedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyFounded()
func (tally *Tally) UnpackAlreadyFoundedError(raw []byte) (*TallyAlreadyFounded, error) {
	out := new(TallyAlreadyFounded)
	if err := tally.abi.UnpackIntoInterface(out, "AlreadyFounded", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyInvalidAdministration represents a InvalidAdministration error raised by the Tally contract.
type TallyInvalidAdministration struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidAdministration()
func TallyInvalidAdministrationErrorID() common.Hash {
	return common.HexToHash("0xed4a5e338ae95eb8001b83ed3df182d2c7e42171d4e9854ea5a2ce6141269ddf")
}

// UnpackInvalidAdministrationError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidAdministration()
func (tally *Tally) UnpackInvalidAdministrationError(raw []byte) (*TallyInvalidAdministration, error) {
	out := new(TallyInvalidAdministration)
	if err := tally.abi.UnpackIntoInterface(out, "InvalidAdministration", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyInvalidOperators represents a InvalidOperators error raised by the Tally contract.
type TallyInvalidOperators struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidOperators()
func TallyInvalidOperatorsErrorID() common.Hash {
	return common.HexToHash("0x1092d33a20f9da213bc7d0c12f84a0634e62653e6b3e5a210a464d697a60a264")
}

// UnpackInvalidOperatorsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidOperators()
func (tally *Tally) UnpackInvalidOperatorsError(raw []byte) (*TallyInvalidOperators, error) {
	out := new(TallyInvalidOperators)
	if err := tally.abi.UnpackIntoInterface(out, "InvalidOperators", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyMalformedCommand represents a MalformedCommand error raised by the Tally contract.
type TallyMalformedCommand struct {
	Index *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error MalformedCommand(uint256 index)
func TallyMalformedCommandErrorID() common.Hash {
	return common.HexToHash("0x3960aaee770b66eeb37f74abc6414b7b9278b6e7003500890fbb8260a77229dc")
}

// UnpackMalformedCommandError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error MalformedCommand(uint256 index)
func (tally *Tally) UnpackMalformedCommandError(raw []byte) (*TallyMalformedCommand, error) {
	out := new(TallyMalformedCommand)
	if err := tally.abi.UnpackIntoInterface(out, "MalformedCommand", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyNotCanonical represents a NotCanonical error raised by the Tally contract.
type TallyNotCanonical struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotCanonical()
func TallyNotCanonicalErrorID() common.Hash {
	return common.HexToHash("0xd7c7beebc63078fafa64a1a947fcb8f0609a0f902a1e7ab48bb4f40264374536")
}

// UnpackNotCanonicalError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotCanonical()
func (tally *Tally) UnpackNotCanonicalError(raw []byte) (*TallyNotCanonical, error) {
	out := new(TallyNotCanonical)
	if err := tally.abi.UnpackIntoInterface(out, "NotCanonical", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyNotFounded represents a NotFounded error raised by the Tally contract.
type TallyNotFounded struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotFounded()
func TallyNotFoundedErrorID() common.Hash {
	return common.HexToHash("0x66f9bff9cc46bac130efcac5679a38c3c875d501af289e41246989cf51ba5bf6")
}

// UnpackNotFoundedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotFounded()
func (tally *Tally) UnpackNotFoundedError(raw []byte) (*TallyNotFounded, error) {
	out := new(TallyNotFounded)
	if err := tally.abi.UnpackIntoInterface(out, "NotFounded", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyUseSubmit represents a UseSubmit error raised by the Tally contract.
type TallyUseSubmit struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UseSubmit()
func TallyUseSubmitErrorID() common.Hash {
	return common.HexToHash("0x6a7098af5d18aa843e2dafb9897ee25510a79303084dcbaeae9999efb53342fa")
}

// UnpackUseSubmitError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UseSubmit()
func (tally *Tally) UnpackUseSubmitError(raw []byte) (*TallyUseSubmit, error) {
	out := new(TallyUseSubmit)
	if err := tally.abi.UnpackIntoInterface(out, "UseSubmit", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyUseTransaction represents a UseTransaction error raised by the Tally contract.
type TallyUseTransaction struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UseTransaction()
func TallyUseTransactionErrorID() common.Hash {
	return common.HexToHash("0xf2912ce0f04f6fc2c5c59ed22dcac4e948c184661d09caeadd99a6ac305bc3d2")
}

// UnpackUseTransactionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UseTransaction()
func (tally *Tally) UnpackUseTransactionError(raw []byte) (*TallyUseTransaction, error) {
	out := new(TallyUseTransaction)
	if err := tally.abi.UnpackIntoInterface(out, "UseTransaction", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// TallyWrongGenesis represents a WrongGenesis error raised by the Tally contract.
type TallyWrongGenesis struct {
	Genesis [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongGenesis(bytes32 genesis)
func TallyWrongGenesisErrorID() common.Hash {
	return common.HexToHash("0xbfe209f944a96e71e311855bdc14c42dd9af31132fc1e9c1bf6812123c1b1669")
}

// UnpackWrongGenesisError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongGenesis(bytes32 genesis)
func (tally *Tally) UnpackWrongGenesisError(raw []byte) (*TallyWrongGenesis, error) {
	out := new(TallyWrongGenesis)
	if err := tally.abi.UnpackIntoInterface(out, "WrongGenesis", raw); err != nil {
		return nil, err
	}
	return out, nil
}
